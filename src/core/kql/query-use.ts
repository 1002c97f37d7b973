/** How a query is used, where that changes what is wrong with it. */
export interface QueryUse {
  /** The caller bounds the time that is read: an alert rule, a workbook with a range. */
  readonly isBounded: boolean;
  /** Its parameters become `let` before it is sent. */
  readonly hasParameters: boolean;
}
