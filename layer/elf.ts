/**
 * The facts in an ELF file (64 bits, little-endian) that decide whether a machine can load it.
 * Format: https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
 */

export interface ElfFacts {
  /** The CPU as Node names it; null for any other. */
  cpu: "x64" | "arm64" | null;
  /** Versions of library interfaces that it needs: GLIBC_2.34, GLIBCXX_3.4.29 … */
  needs: string[];
}

const MAGIC = "\x7fELF\x02\x01";
const CPUS = new Map<number, "x64" | "arm64">([
  [62, "x64"],
  [183, "arm64"],
]);
/** Section type SHT_GNU_verneed. */
const VERSION_NEEDS = 0x6ffffffe;

/** Returns null for what is no such file. */
export function readElf(file: Buffer): ElfFacts | null {
  if (file.toString("latin1", 0, MAGIC.length) !== MAGIC) return null;
  return { cpu: CPUS.get(file.readUInt16LE(18)) ?? null, needs: versionNeeds(file) };
}

interface Section {
  type: number;
  offset: number;
  /** Of another section, here the one with the strings. */
  link: number;
}

function sections(file: Buffer): Section[] {
  const table = Number(file.readBigUInt64LE(40));
  const entryBytes = file.readUInt16LE(58);
  return Array.from({ length: file.readUInt16LE(60) }, (_, index) => {
    const at = table + index * entryBytes;
    return {
      type: file.readUInt32LE(at + 4),
      offset: Number(file.readBigUInt64LE(at + 24)),
      link: file.readUInt32LE(at + 40),
    };
  });
}

/** A list of libraries, each with a list of versions; entries hold the distance to the next one. */
function versionNeeds(file: Buffer): string[] {
  const all = sections(file);
  const section = all.find(({ type }) => type === VERSION_NEEDS);
  const strings = section && all[section.link];
  if (!section || !strings) return [];
  const names: string[] = [];
  for (const library of linked(file, section.offset, 12)) {
    for (const version of linked(file, library + file.readUInt32LE(library + 8), 12)) {
      const start = strings.offset + file.readUInt32LE(version + 8);
      names.push(file.toString("latin1", start, file.indexOf(0, start)));
    }
  }
  return names;
}

/** Offsets of a chain of entries; each tells at `nextAt` how far away the next one is, 0 at the end. */
function* linked(file: Buffer, start: number, nextAt: number): Generator<number> {
  for (let at = start; ; ) {
    yield at;
    const distance = file.readUInt32LE(at + nextAt);
    if (distance === 0) return;
    at += distance;
  }
}
