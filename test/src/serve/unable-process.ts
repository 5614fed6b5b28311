/** Stands in for a process of the app that cannot start. */
process.exit(1);
