import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { build } from 'vite';
import { KEPT, ROOT } from './data.ts';

/** The page of ui/bench, built as the console is. Gives its folder. */
export const chartPage = async (): Promise<string> => {
  const outDir = join(KEPT, 'chart-page');
  await build({
    configFile: false,
    root: join(ROOT, 'ui/bench'),
    plugins: [react()],
    logLevel: 'warn',
    base: './',
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: { input: join(ROOT, 'ui/bench/chart.html') },
    },
  });
  return outDir;
};
