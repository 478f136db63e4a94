// Scores of the classes as bars: probabilities where the scores are logits.

import {digits, percent} from './numbers.js';

export function make(heads) {
  if (!heads.length) return null;
  const list = document.getElementById('scores'), choice = document.getElementById('head');
  const words = document.getElementById('score-words');
  const rows = () => heads[choice.value].classes.map((name) => {
    const row = document.createElement('li');
    row.innerHTML = '<span class="class"></span><span class="bar" aria-hidden="true"><i></i></span><span class="value"></span>';
    row.querySelector('.class').textContent = name;
    return row;
  });
  const fill = () => list.replaceChildren(...rows());
  choice.addEventListener('change', fill);
  fill();
  return {
    get head() { return heads[choice.value]; },
    onChange: (changed) => choice.addEventListener('change', changed),
    show({values, best}) {
      const {probabilities, classes} = heads[choice.value];
      const least = probabilities ? 0 : Math.min(0, ...values), most = probabilities ? 1 : Math.max(...values);
      [...list.children].forEach((row, at) => {
        row.classList.toggle('best', at === best);
        row.querySelector('i').style.width = `${(100 * (values[at] - least)) / (most - least || 1)}%`;
        row.querySelector('.value').textContent = probabilities ? percent(values[at]) : digits(values[at], 2);
      });
      words.textContent = probabilities ? 'Probabilities: the softmax of its scores. It says one of these to any image.'
        : 'Scores, no probabilities. It says one of these to any image.';
      return `${classes[best]}${probabilities ? `, ${percent(values[best])}` : ''}`;
    },
  };
}

// What a head says of its scores: values to show, and the best class.
export function answer(head, scores) {
  const best = scores.indexOf(Math.max(...scores));
  if (!head.probabilities) return {values: scores, best};
  const powers = scores.map((score) => Math.exp(score - scores[best]));
  const sum = powers.reduce((one, other) => one + other, 0);
  return {values: powers.map((power) => power / sum), best};
}
