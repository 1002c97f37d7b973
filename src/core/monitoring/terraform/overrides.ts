import type { Block } from '../hcl/syntax.ts';
import type { FileOfModule } from './module.ts';

/** https://developer.hashicorp.com/terraform/language/files/override */
const isOverride = (path: string): boolean => /(?:^|[/_])override\.(?:tf|tofu|tf\.json)$/.test(path);

const nameOf = ({ type, labels }: Block): string => [type, ...labels].join(' ');

/** Arguments take the place of those of the same name, nested blocks that of all of their type. */
const merged = (block: Block, by: Block, file: string): Block => {
  const names = new Set(by.attributes.map(({ name }) => name));
  const types = new Set(by.blocks.map(({ type, labels }) => (type === 'dynamic' ? labels[0] : type)));
  return {
    ...block,
    attributes: [
      ...block.attributes.filter(({ name }) => !names.has(name)),
      ...by.attributes.map((a) => ({ ...a, file })),
    ],
    blocks: [
      ...block.blocks.filter(({ type, labels }) => !types.has(type === 'dynamic' ? labels[0] : type)),
      ...by.blocks.map((b) => ({ ...b, file })),
    ],
  };
};

/** The files of a module as Terraform takes them: what `override.tf` and `x_override.tf` say is put in, in the order of their names. */
export const withOverrides = (files: readonly FileOfModule[]): readonly FileOfModule[] => {
  const overriding = files.filter(({ path }) => isOverride(path)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (overriding.length === 0) return files;
  const plain = files.filter(({ path }) => !isOverride(path));
  return overriding.reduce((all, { path, hcl: { blocks } }) => {
    const by = new Map(blocks.map((b) => [nameOf(b), b]));
    return all.map((file) => ({
      ...file,
      hcl: {
        ...file.hcl,
        blocks: file.hcl.blocks.map((block) => {
          const other = by.get(nameOf(block));
          return other === undefined || block.type === 'locals' ? block : merged(block, other, path);
        }),
      },
    }));
  }, plain);
};
