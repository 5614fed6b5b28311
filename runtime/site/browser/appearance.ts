/**
 * The reader's own scheme and density, before anything is drawn: this small script alone is in the way of
 * the first view. See appearance-menu.ts for the switches.
 */
for (const name of ["theme", "density"]) {
  try {
    const choice = localStorage.getItem(`dsl-${name}`);
    if (choice) document.documentElement.dataset[name] = choice;
  } catch {
    // Nothing is remembered for readers who forbid it.
  }
}
