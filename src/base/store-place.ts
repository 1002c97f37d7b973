/** Where a store is, is a folder or this: the URL of a ClickHouse server … */
export const isServerUrl = (place: string): boolean => /^https?:\/\//i.test(place);
/** … or that of a Log Analytics workspace, which is asked in the place of a store. */
export const isWorkspaceUrl = (place: string): boolean => /^la:\/\//i.test(place);
