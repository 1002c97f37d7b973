import type { DocumentReader } from '../../core/monitoring/documents.ts';
import type { HclReader } from '../../core/monitoring/hcl/syntax.ts';
import { readJson } from '../documents/read-json.ts';
import { readToml } from '../documents/read-toml.ts';
import { readYaml } from '../documents/read-yaml.ts';
import { openHclReader } from '../terraform/open-hcl-reader.ts';

/** What reads the languages that configurations are written in. */
export const configurationReaders = async (): Promise<{
  readonly hcl: HclReader;
  readonly json: DocumentReader;
  readonly yaml: DocumentReader;
  readonly toml: DocumentReader;
}> => ({ hcl: await openHclReader(), json: readJson, yaml: readYaml, toml: readToml });
