/** Settings of a what-if, as `--set` takes them and as they stand in the address: `inventory.interval=5m`. */

/** null: it is as the spec has it. */
export const settingOf = (set: readonly string[], member: string): string | null =>
  set.find((one) => one.startsWith(`${member}=`))?.slice(member.length + 1) ?? null;

/** null takes it away. */
export const withSetting = (set: readonly string[], member: string, value: string | null): readonly string[] => [
  ...set.filter((one) => !one.startsWith(`${member}=`)),
  ...(value === null ? [] : [`${member}=${value}`]),
];
