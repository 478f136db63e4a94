// Work that is asked for faster than it is done: the latest is done, what lies between is left out.

export function latest(work, failed) {
  let wanted = null, busy = false;
  return async (...given) => {
    wanted = given;
    if (busy) return;
    busy = true;
    try {
      while (wanted) {
        const now = wanted;
        wanted = null;
        await work(...now);
      }
    } catch (error) {
      failed(error);
    } finally {
      busy = false;
    }
  };
}
