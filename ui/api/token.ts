/** The token of this tab: it goes with the tab, and no other one sees it. */
const PLACE = 'unmasq.token';

export const savedToken = (): string | null => sessionStorage.getItem(PLACE);

export const saveToken = (token: string): void => sessionStorage.setItem(PLACE, token);
