import { definitionOf } from "../../../core/sqlite/definition.ts";
import type { Count } from "../../queries/count.ts";
import type { FacetResult, SuggestedFacet } from "../../queries/facet-types.ts";
import { configuredLabelColumn } from "../../queries/labels.ts";
import { describeFilters } from "../../queries/where.ts";
import type { PageContext } from "../context.ts";
import { labelSource } from "../open-table.ts";
import { computeFacets, type Facets, sortFacets } from "./facets.ts";
import { suggestFacets } from "./suggested-facets.ts";
import { countRows, type TableData } from "./table-data.ts";

/** What a page says about its rows beside the rows, each computed when first asked for. */
export class TableDetails {
  readonly #context: PageContext;
  readonly #data: TableData;
  #count: { count: Count | null } | undefined;
  #facets: Facets | undefined;

  constructor(context: PageContext, data: TableData) {
    this.#context = context;
    this.#data = data;
  }

  /** null when the rows are not to be counted or counting took too long. */
  get count(): Count | null {
    this.#count ??= { count: countRows(this.#context, this.#data) };
    return this.#count.count;
  }

  get facets(): Facets {
    this.#facets ??= computeFacets(this.#context, this.#data);
    return this.#facets;
  }

  get sortedFacets(): FacetResult[] {
    return sortFacets(this.#data, this.facets);
  }

  get suggestedFacets(): SuggestedFacet[] {
    return suggestFacets(this.#context, this.#data, this.count?.rows ?? null);
  }

  /** `where … sorted by …`; "" when there is nothing to say. */
  get humanDescription(): string {
    const { where, parameters } = this.#data;
    const { sort, filters } = parameters;
    const filtered = describeFilters(where.descriptions, filters);
    if (sort === null) return filtered;
    const sorted = `sorted by ${sort.column}${sort.descending ? " descending" : ""}`;
    return filtered === "" ? sorted : `${filtered} ${sorted}`;
  }

  /** The SQL that made the table or view; null when it is not one of this kind. */
  definition(kind: "table" | "view"): string | null {
    return definitionOf(this.#data.connection, this.#data.table.name, kind);
  }

  /** Foreign keys, each with the column whose values are the labels of what it refers to. */
  get labelColumns(): {
    column: string;
    otherTable: string;
    otherColumn: string | null;
    label: string | null;
  }[] {
    const source = labelSource(this.#context, this.#data);
    return this.#data.table.foreignKeys.map(({ column, otherTable, otherColumn }) => ({
      column,
      otherTable,
      otherColumn,
      label: configuredLabelColumn(source, otherTable),
    }));
  }
}
