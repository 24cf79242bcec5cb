/** Of the files of a data directory. A later one is refused, its files untouched. */
export const FORMAT_VERSION = 2;
