/** Rows with headings, as lines. */

/** Columns of the terminal that stdout is; a pipe or a file takes lines of any length. */
export function terminalWidth(): number {
  return process.stdout.columns ?? Number.POSITIVE_INFINITY;
}

/**
 * Aligned columns, the last one not padded. Where a line would not fit into `width` columns, each row
 * becomes lines of its own, one for each cell that has something in it.
 */
export function table(headings: string[], rows: string[][], width = terminalWidth()): string[] {
  const aligned = align([headings, ...rows]);
  return aligned.every((line) => line.length <= width) ? aligned : stacked(headings, rows);
}

function align(lines: string[][]): string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] ?? "").length)),
  );
  return lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** The first cell names the row; the others are indented below it, after their headings. */
function stacked(headings: string[], rows: string[][]): string[] {
  const widest = Math.max(...headings.map((heading) => heading.length));
  return rows.flatMap(([first = "", ...others]) => [
    [headings[0], first].filter((text) => text !== "").join(" "),
    ...others.flatMap((cell, at) =>
      cell === "" ? [] : [`  ${(headings[at + 1] ?? "").padEnd(widest)}  ${cell}`.trimEnd()],
    ),
  ]);
}
