import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';
import type { HclReader } from '../../core/monitoring/hcl/syntax.ts';
import { hclReader } from './read-hcl.ts';

const GRAMMAR = '@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm';

/** Compiles the grammar, 0.1 s: once for a run. */
export const openHclReader = async (): Promise<HclReader> => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(await readFile(createRequire(import.meta.url).resolve(GRAMMAR))));
  return hclReader(parser);
};
