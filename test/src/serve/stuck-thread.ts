/** Stands in for the app's thread: `/stuck` does not come back, as a statement that nothing interrupts. */
export default function answer({ url }: { url: string }): unknown {
  if (url === "/stuck") {
    const until = Date.now() + 30_000;
    while (Date.now() < until);
  }
  return { status: 200, headers: {}, body: url };
}
