/** XML read in pieces, as a sequence of tags and text: what spreadsheets need of it. */
import { SaxesParser } from "saxes";
import type { ByteSource } from "../bytes/byte-source.ts";
import { LoadError } from "../model/load-error.ts";

/** Spreadsheets nest some ten deep. */
const MAX_DEPTH = 200;

export interface XmlHandler {
  /** `name` is without the namespace's prefix; attributes have theirs. */
  open(name: string, attributes: Record<string, string>): void;
  close(name: string): void;
  text(text: string): void;
}

/**
 * Reads the document and hands it over to `handler`; yields after each piece, so that the caller can
 * take what has come together. Throws a LoadError for what is no XML.
 */
export async function* readXml(source: ByteSource, handler: XmlHandler): AsyncIterable<void> {
  const parser = new SaxesParser();
  let depth = 0;
  parser.on("error", (error) => {
    throw damaged(source.name, error);
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (++depth > MAX_DEPTH) throw damaged(source.name, new Error("too many tags in each other"));
    handler.open(localName(name), attributes);
  });
  parser.on("closetag", ({ name }) => {
    depth--;
    handler.close(localName(name));
  });
  parser.on("text", (text) => handler.text(text));
  parser.on("cdata", (text) => handler.text(text));
  const decoder = new TextDecoder();
  for await (const piece of source.open()) {
    parser.write(decoder.decode(piece, { stream: true }));
    yield;
  }
  parser.write(decoder.decode());
  parser.close();
  yield;
}

/** The whole document at once. */
export async function readWholeXml(source: ByteSource, handler: XmlHandler): Promise<void> {
  for await (const _ of readXml(source, handler));
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

export function damaged(name: string, cause: Error): LoadError {
  return new LoadError(
    "damaged_spreadsheet",
    `${name} is damaged: ${cause.message.split("\n")[0]}`,
    "open it in a spreadsheet program and save it again",
    { cause },
  );
}
