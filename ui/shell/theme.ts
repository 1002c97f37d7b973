export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const PLACE = 'unmasq.theme';

export const savedTheme = (): Theme => THEMES.find((one) => one === localStorage.getItem(PLACE)) ?? 'system';

/** Told to whatever reads colours itself: pictures on a canvas. */
export const THEME_CHANGED = 'unmasq-theme';

export const applyTheme = (theme: Theme): void => {
  localStorage.setItem(PLACE, theme);
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  dispatchEvent(new Event(THEME_CHANGED));
};

/** A colour of the style sheet as a canvas takes it, in the theme that is shown. */
export const colour = (name: string): string => {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};
