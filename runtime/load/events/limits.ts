/** How large a schema the clients can make, so that a hostile one cannot make one of a million columns. */

export interface EventLimits {
  /** Levels of objects and lists below an event that become columns and tables; what is deeper stays JSON. */
  nesting: number;
  /** Of one table; values for further ones are kept together in the column `_dlt_rest`. SQLite's limit is 2,000. */
  columns: number;
  /** Of one event; a list with more items than are left stays JSON. */
  rows: number;
  /** Of the database; lists that would make a further one stay JSON, events for a further one are refused. */
  tables: number;
}

export const LIMITS: EventLimits = { nesting: 16, columns: 300, rows: 10_000, tables: 100 };
