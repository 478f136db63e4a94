"""Completes verbs and flags in a shell: python -m kerasae.completion --shell=bash"""

import shlex
import typing
from typing import Any, Literal

from kerasae import cli, cli_flags, commands, flagfile, registry
from kerasae.options import type_hints, without_none

USAGE = """Writes a script that completes verbs, flags and known values of the command kerasae.

  eval "$(kerasae completion --shell=bash)"      in ~/.bashrc
  eval "$(kerasae completion --shell=zsh)"       in ~/.zshrc, after compinit
"""

# The values of a flag that is on or off.
SWITCH = ("true", "false")

# What both shells ask: the flags of a verb, and the values of a flag.
_ANSWERS = """_kerasae_flags() {{
    case $1 in
{flags}
    esac
}}
_kerasae_values() {{
    case $1$2 in
{values}
    esac
}}
"""

# Bash takes a `=` for the end of a word; the line itself has the words as they were typed.
_BASH = """_kerasae() {{
    local line=${{COMP_LINE:0:COMP_POINT}} word values
    local -a words
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    word=${{words[${{#words[@]}}-1]}}
    if (( ${{#words[@]}} <= 2 )); then
        COMPREPLY=($(compgen -W {verbs} -- "$word"))
        COMPREPLY=("${{COMPREPLY[@]/%/ }}")
    elif [[ $word == --*=* ]]; then
        values=$(_kerasae_values "${{words[1]}}" "${{word%%=*}}")
        if [[ $values ]]; then
            COMPREPLY=($(compgen -W "$values" -- "${{word#*=}}"))
        else
            compopt -o filenames 2> /dev/null
            COMPREPLY=($(compgen -f -- "${{word#*=}}"))
        fi
    else
        COMPREPLY=($(compgen -W "$(_kerasae_flags "${{words[1]}}")" -- "$word"))
    fi
}}
complete -o nospace -F _kerasae kerasae
"""

_ZSH = """_kerasae() {{
    local verb=${{words[2]}} word=${{words[CURRENT]}}
    local -a known
    if (( CURRENT == 2 )); then
        known=({described})
        _describe verb known
    elif [[ $word == --*=* ]]; then
        known=(${{=$(_kerasae_values $verb ${{word%%=*}})}})
        compset -P '*='
        if (( $#known )); then compadd -- $known; else _files; fi
    else
        compadd -S '' -- ${{=$(_kerasae_flags $verb)}}
    fi
}}
compdef _kerasae kerasae
"""


def command_line() -> cli_flags.CommandLine:
    """The flags of `kerasae.completion`."""
    line = cli_flags.CommandLine(USAGE)
    line.add("Script", "shell", Literal["bash", "zsh"], None, "whose script", required=True)
    return line


def main(line: cli_flags.CommandLine) -> None:
    """Prints the script."""
    print(script(line["shell"]), end="")


def script(shell: str) -> str:
    """The script for `bash` or `zsh`: all that it knows is in it, so that it answers at once."""
    lines = {name: commands.load(name).command_line() for name in commands.names()}
    known = {name: known_values(line) for name, line in lines.items()}
    flags = [
        _case(name, [*map(_typed, values, values.values()), f"--{flagfile.FLAG}=", "--help"])
        for name, values in known.items()
    ]
    cases = [
        _case(f"{name}--{flag}", choices)
        for name, values in known.items()
        for flag, choices in values.items()
        if choices
    ]
    described = [shlex.quote(f"{name}:{commands.summary(name)}") for name in known]
    return _ANSWERS.format(flags="\n".join(flags), values="\n".join(cases)) + (
        _BASH.format(verbs=shlex.quote(" ".join(known)))
        if shell == "bash"
        else _ZSH.format(described=" ".join(described))
    )


def known_values(line: cli_flags.CommandLine) -> dict[str, tuple[str, ...]]:
    """Every flag, with the values that it can have where they are a few; of all plug-ins."""
    found = {name: _values(kind) for name, kind in line.annotations.items()}
    for plugins in line.plugins:
        found[plugins.flag] = registry.names(plugins.package)
        for plugin in registry.names(plugins.package):
            hints = type_hints(plugins.config_class(plugin))
            options = plugins.options(plugin).items()
            found |= {flag: _values(hints[field.name]) for flag, field in options}
    return found


def _values(annotation: Any) -> tuple[str, ...]:
    """The values of a type, where they are a few; nothing where they aren't."""
    kind = without_none(annotation)
    if kind is bool:
        return SWITCH
    return typing.get_args(kind) if typing.get_origin(kind) is Literal else ()


def _typed(flag: str, choices: tuple[str, ...]) -> str:
    """A flag as it is typed: a switch by itself, any other with its value to come."""
    return f"--{flag}" if choices == SWITCH else f"--{flag}="


def _case(pattern: str, words) -> str:
    """A branch that answers with words."""
    return f"        {shlex.quote(pattern)}) echo {shlex.quote(' '.join(words))} ;;"


if __name__ == "__main__":
    cli.run(command_line, main)
