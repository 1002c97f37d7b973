/** The first few of any number of items, by an order that leaves no two equal; in the space of twice as many. */
export class FirstOf<Item> {
  private kept: Item[] = [];
  private readonly most: number;
  private readonly order: (a: Item, b: Item) => number;

  constructor(most: number, order: (a: Item, b: Item) => number) {
    this.most = most;
    this.order = order;
  }

  add(item: Item): void {
    this.kept.push(item);
    if (this.kept.length > 2 * this.most) this.kept = this.items();
  }

  items(): Item[] {
    return this.kept.toSorted(this.order).slice(0, this.most);
  }
}
