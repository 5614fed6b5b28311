import type { QueryConfig } from "../../../core/config/config-types.ts";

/** A configured query as the JSON API describes it. */
export function storedQueryJson(database: string, query: QueryConfig): Record<string, unknown> {
  return {
    database,
    name: query.name,
    sql: query.sql,
    title: query.title,
    description: query.description,
    description_html: query.description_html,
    hide_sql: query.hide_sql,
    fragment: query.fragment,
    parameters: query.params,
    is_write: query.is_write,
    is_private: false,
    is_trusted: query.is_trusted,
    source: "config",
    owner_id: null,
    on_success_message: query.on_success_message,
    on_success_message_sql: query.on_success_message_sql,
    on_success_redirect: query.on_success_redirect,
    on_error_message: query.on_error_message,
    on_error_redirect: query.on_error_redirect,
  };
}
