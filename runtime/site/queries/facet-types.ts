import type { FacetType } from "../../core/config/config-types.ts";
import type { SqlValue } from "../../core/sqlite/values.ts";

/** A facet with its values, under the names that the JSON API has. */
export interface FacetResult {
  /** The column. */
  name: string;
  type: FacetType;
  /** False for facets of the configuration: they are always shown. */
  hideable: boolean;
  /** A path: this page without the facet. */
  toggle_url: string;
  results: FacetValue[];
  /** True when there are more values than shown. */
  truncated: boolean;
}

export interface FacetValue {
  value: SqlValue;
  /** The label of the row that a foreign key refers to; otherwise the value. */
  label: SqlValue;
  count: bigint;
  /** Absolute: this page with (or, when selected, without) the filter for this value. */
  toggle_url: string;
  selected: boolean;
}

export interface SuggestedFacet {
  name: string;
  /** Absent for plain column facets. */
  type?: "array" | "date";
  /** Absolute: this page with the facet. */
  toggle_url: string;
}
