/**
 * The name of a site's database in AWS Glue, where its lake is. Names there are in lower case, and Athena takes
 * those without hyphens as they are.
 */
export function lakeDatabase(site: string): string {
  return `dsl_${site.toLowerCase().replaceAll("-", "_")}`;
}
