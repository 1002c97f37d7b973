/** Where a store is, is a folder or this: the URL of a ClickHouse server. */
export const isServerUrl = (place: string): boolean => /^https?:\/\//i.test(place);
