/** Bytes for stdout that are not about the command but its product, such as a page of `dsl serve --get`. */
export function writeRaw(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
