import type { Facets } from "../../pages/table/facets.ts";
import type { FacetResult } from "../../queries/facet-types.ts";
import { rawValue } from "./json.ts";

export function facetResultsJson({ results, timedOut }: Facets): Record<string, unknown> {
  return {
    results: Object.fromEntries([...results].map(([name, facet]) => [name, facetJson(facet)])),
    timed_out: timedOut,
  };
}

export function facetJson(facet: FacetResult): Record<string, unknown> {
  return {
    ...facet,
    results: facet.results.map(({ value, label, ...rest }) => ({
      value: rawValue(value),
      label: rawValue(label),
      ...rest,
    })),
  };
}
