import type { FacetType, TableConfig } from "../../core/config/config-types.ts";
import type { Settings } from "../../core/config/settings.ts";
import { badRequest } from "../errors.ts";
import type { Arguments } from "./arguments.ts";

/** A facet to show. */
export interface FacetRequest {
  type: FacetType;
  column: string;
  /** The configuration asks for it: it cannot be hidden. */
  isConfigured: boolean;
}

const TYPES: Readonly<Record<string, FacetType>> = {
  _facet: "column",
  _facet_array: "array",
  _facet_date: "date",
};

/** The facets of a table page, in the order in which they are computed: by type, configured ones first. */
export function parseFacets(args: Arguments, config: TableConfig): FacetRequest[] {
  const facets: FacetRequest[] = config.facets.map((facet) => ({ ...facet, isConfigured: true }));
  for (const name of args.names()) {
    const type = TYPES[name];
    if (!type) continue;
    for (const value of args.getAll(name)) {
      facets.push({ type, column: parseColumn(value), isConfigured: false });
    }
  }
  const order: FacetType[] = ["column", "date", "array"];
  return order.flatMap((type) => facets.filter((facet) => facet.type === type));
}

/** True for any argument that has to do with facets. */
export function mentionsFacets(args: Arguments): boolean {
  for (const name of args.names()) if (name.startsWith("_facet")) return true;
  return false;
}

/** True when a facet is asked for. */
export function asksForFacets(args: Arguments): boolean {
  for (const name of args.names()) if (name === "_facet" || name.startsWith("_facet_")) return true;
  return false;
}

/** A column's name, or `{"column": name}`. */
function parseColumn(value: string): string {
  if (!value.startsWith("{")) return value;
  try {
    const { column, simple } = JSON.parse(value) as Record<string, unknown>;
    const name = column ?? simple;
    if (typeof name === "string") return name;
  } catch {
    // Not JSON: refused below.
  }
  throw badRequest(`Invalid _facet: ${value}`);
}

/** How many values a facet shows. An invalid `_facet_size` is ignored. */
export function facetSize(args: Arguments, config: TableConfig, settings: Settings): number {
  const maximum = settings.max_returned_rows;
  const asked = args.get("_facet_size");
  let size = config.facetSize || settings.default_facet_size;
  if (asked === "max" || (asked && /^\d+$/.test(asked))) {
    size = asked === "max" ? "max" : Number(asked);
  }
  return size === "max" ? maximum : Math.min(size, maximum);
}
