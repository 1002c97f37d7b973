const MAC = /^[0-9a-fA-F]{2}(?:[-:]?[0-9a-fA-F]{2}){5}$/;

/** `00-0D-3A-F8-80-1A`, `00:0d:…` or twelve digits, as its 48 bits; null when it is none. */
export const macOf = (text: string): number | null =>
  MAC.test(text) ? Number.parseInt(text.replaceAll(/[-:]/g, ''), 16) : null;

/** Twelve digits, as flow logs write it. */
export const renderMac = (mac: bigint): string => mac.toString(16).toUpperCase().padStart(12, '0');
