import { createRequire } from 'node:module';

/**
 * The little of `@kusto/language-service-next` that is used. Its own declarations (1.8 MB, ambient, everything `| null`, types of the DOM)
 * would make `System`, `Bridge` and `Kusto` names of every file. Children are asked for by the names that the tree itself publishes.
 * `$ctor4` and the like are numbers of overloads and may change with any release: the version is pinned, and a test builds each.
 */
export interface ServiceElement {
  readonly Kind: number;
  readonly TextStart: number;
  readonly End: number;
  readonly ChildCount: number;
  /** Of tokens: without the white space around it. */
  readonly Text?: string;
  readonly ResultType?: ServiceType | null;
  readonly ReferencedSymbol?: ServiceSymbol | null;
  readonly SimpleName?: string;
  /** To be believed of strings alone. */
  readonly LiteralValue?: unknown;
  GetChild(index: number): ServiceElement | null;
  GetName(index: number): string | null;
}

export interface ServiceList<Item> {
  readonly Count: number;
  getItem(index: number): Item;
}

interface ServiceSymbol {
  readonly Name: string;
  readonly Kind: number;
}

export interface ServiceType extends ServiceSymbol {
  readonly Columns?: ServiceList<ServiceSymbol & { readonly Type: ServiceType }>;
}

interface ServiceDiagnostic {
  readonly Code: string;
  readonly Severity: string;
  readonly Message: string;
  readonly Start: number;
  readonly Length: number;
}

export interface ServiceCode {
  /** False where the tree is too deep to be bound. */
  readonly HasSemantics: boolean;
  readonly Syntax: ServiceElement;
  GetDiagnostics(): ServiceList<ServiceDiagnostic>;
  Analyze(globals: object, token: object): ServiceCode;
}

export interface LanguageService {
  readonly KustoCode: { Parse(text: string): ServiceCode; GetKind(text: string): string };
  readonly GlobalState: { readonly Default: { WithDatabase(database: object): object } };
  readonly Symbols: {
    readonly ColumnSymbol: new (
      name: string,
      type: object,
      description: null,
      originals: null,
      source: null,
      examples: null,
    ) => object;
    readonly TableSymbol: { readonly $ctor4: new (name: string, columns: readonly object[]) => object };
    readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly object[]) => object };
    readonly FunctionSymbol: {
      readonly $ctor5: new (name: string, result: object, parameters: readonly object[]) => object;
      readonly $ctor16: new (name: string, parameters: string, body: string, description: string) => object;
    };
    readonly Parameter: { readonly $ctor2: new (name: string, type: object) => object };
    readonly ScalarTypes: Readonly<Record<string, object>>;
    readonly SymbolKind: Readonly<Record<string, number>>;
  };
  readonly Syntax: { readonly SyntaxKind: Readonly<Record<string, number>> };
  readonly Utils: { readonly CancellationToken: { readonly $ctor1: new (isCancelled: () => boolean) => object } };
}

const SCRIPTS = ['bridge.min.js', 'Kusto.Language.Bridge.min.js'] as const;

/** Both files are scripts that write globals: `Bridge` and `System` by the first, `Kusto` by the second. The order matters. */
export const loadLanguageService = (): LanguageService => {
  const require = createRequire(import.meta.url);
  for (const script of SCRIPTS) require(`@kusto/language-service-next/${script}`);
  const loaded: unknown = Reflect.get(globalThis, 'Kusto');
  if (typeof loaded !== 'object' || loaded === null || !('Language' in loaded))
    throw new Error('@kusto/language-service-next defined no Kusto.Language');
  return loaded.Language as LanguageService;
};

export const items = <Item>(list: ServiceList<Item>): readonly Item[] =>
  Array.from({ length: list.Count }, (_, i) => list.getItem(i));
