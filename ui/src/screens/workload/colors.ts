/** Colours that differ in lightness too, so that they can be told apart however one sees colours. */
export const COLORS = ["#4453c9", "#0b9a72", "#d9822b", "#a02b68", "#4aa3df", "#8a5cd6", "#c9b037", "#8b93a3"];

/** The colour of a series: all beyond the chart's seven are those of "others". */
export const colorAt = (at: number, total: number): string =>
  COLORS[total > COLORS.length && at >= COLORS.length - 1 ? COLORS.length - 1 : at] ?? "#8b93a3";
