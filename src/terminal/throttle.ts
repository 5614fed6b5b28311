/**
 * Says whether enough time has passed since it last said yes, so that progress of thousands of
 * blocks does not become thousands of lines. `now` gives milliseconds.
 */
export function throttle(milliseconds: number, now: () => number = Date.now): () => boolean {
  let next = now() + milliseconds;
  return () => {
    if (now() < next) return false;
    next = now() + milliseconds;
    return true;
  };
}
