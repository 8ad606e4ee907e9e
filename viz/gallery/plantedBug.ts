/** The planted bug that this copy of the code has; "": none. Another text stands here in a worker of the gallery (sim/cli/mutants/plantedBundles.ts). */
export const plantedBug: string = "";
