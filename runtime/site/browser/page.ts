/**
 * The script of every page: what makes the pages better than they are without JavaScript.
 * Everything larger (editor, chart, map) is loaded when it is first asked for.
 */
import { offerAppearance } from "./appearance-menu.ts";
import { offerCellFilters } from "./cell-filter.ts";
import { foldLongText, prettyPrintJson } from "./cells.ts";
import { addColumnMenus } from "./column-menu.ts";
import { showColumnSummaries } from "./column-summaries.ts";
import { countAll } from "./count-all.ts";
import { openEditors } from "./editors.ts";
import { copyAsCurl } from "./export.ts";
import { growFilterForm } from "./filter-form.ts";
import { listenToKeys } from "./keys.ts";
import { offerPanels } from "./panels.ts";
import { offerHistory } from "./query-history.ts";
import { offerCopies, openChartsHere } from "./share.ts";
import { showRelativeTimes } from "./times.ts";
import { suggestValues } from "./value-suggestions.ts";

addColumnMenus();
showColumnSummaries();
foldLongText();
prettyPrintJson();
growFilterForm();
suggestValues();
offerCellFilters();
countAll();
copyAsCurl();
listenToKeys();
openEditors();
offerPanels();
offerAppearance();
offerCopies();
offerHistory();
openChartsHere();
showRelativeTimes();
