import type { BatchShown as Batch } from "../../api/types";

export type { BatchDetail, BatchPage, BatchShown as Batch } from "../../api/types";
export const hasEnded = (batch: Batch): boolean => batch.finished_at !== null;
