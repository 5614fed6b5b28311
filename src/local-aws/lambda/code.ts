/** Zips of functions and layers: checked, and unpacked once for each content. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type AsyncUnzipOptions, type Unzipped, unzip as unzipWithCallback } from "fflate";
import { AwsFault } from "../common/service.ts";
import { UNZIPPED_LIMIT } from "./limits.ts";

const unzip = promisify<Uint8Array, AsyncUnzipOptions, Unzipped>(unzipWithCallback);

export interface Code {
  /** Hexadecimal; the name of the folder. */
  sha256: string;
  /** Bytes of the zip. */
  size: number;
  /** Bytes of all files in it. */
  unzippedSize: number;
}

/** Folders of unpacked zips, `lambda/code/<sha256>`, shared by everything that has the same zip. */
export class CodeStore {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = join(home, "lambda", "code");
    mkdirSync(this.#folder, { recursive: true });
  }

  folder(sha256: string): string {
    return join(this.#folder, sha256);
  }

  /** Throws InvalidParameterValueException for what is no zip, or one that is too large. */
  async add(zip: Buffer): Promise<Code> {
    const sha256 = createHash("sha256").update(zip).digest("hex");
    const files = await readZip(zip);
    const unzippedSize = files.reduce((sum, [, bytes]) => sum + bytes.length, 0);
    if (!existsSync(this.folder(sha256))) await this.#unpack(files, sha256);
    return { sha256, size: zip.length, unzippedSize };
  }

  /** Removes the folders of other zips, and what a killed server left half unpacked. */
  keepOnly(used: string[]): void {
    for (const name of readdirSync(this.#folder)) {
      if (!used.includes(name)) rmSync(this.folder(name), { recursive: true, force: true });
    }
  }

  async #unpack(files: [string, Uint8Array][], sha256: string): Promise<void> {
    const incoming = this.folder(`${sha256}.${randomUUID()}`);
    mkdirSync(incoming, { recursive: true });
    for (const [name, bytes] of files) {
      const path = join(incoming, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
    try {
      renameSync(incoming, this.folder(sha256));
    } catch (error) {
      if (!existsSync(this.folder(sha256))) throw error;
      rmSync(incoming, { recursive: true });
    }
  }
}

async function readZip(zip: Buffer): Promise<[string, Uint8Array][]> {
  let total = 0;
  let unsafe: string | undefined;
  const filter: AsyncUnzipOptions["filter"] = ({ name, originalSize }) => {
    total += originalSize;
    const steps = name.split("/");
    if (name.startsWith("/") || name.includes("\\") || steps.includes("..")) unsafe = name;
    return total <= UNZIPPED_LIMIT && unsafe === undefined && !name.endsWith("/");
  };
  let files: Unzipped;
  try {
    files = await unzip(zip, { filter });
  } catch {
    throw invalid(
      "Could not unzip uploaded file. Please check your file, then try to upload again.",
    );
  }
  if (unsafe !== undefined)
    throw invalid(`The zip contains a file outside of its folder: ${unsafe}`);
  if (total > UNZIPPED_LIMIT) {
    throw invalid(`Unzipped size must be smaller than ${UNZIPPED_LIMIT} bytes`);
  }
  if (Object.keys(files).length === 0) {
    throw invalid("Uploaded file must be a non-empty zip");
  }
  return Object.entries(files);
}

function invalid(message: string): AwsFault {
  return new AwsFault("InvalidParameterValueException", message);
}
