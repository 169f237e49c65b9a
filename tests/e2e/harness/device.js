// One device in the room: a browser of its own, and what it did that no device may do.
export class Device {
  /** Requests that left for anywhere but the relay. */
  strangers = [];
  /** Panics and uncaught errors. */
  troubles = [];
  /** Requests that put something at the relay. */
  puts = [];
  /** Addresses of the documents it has spoken about with the relay. */
  documents = new Set();

  constructor(kind, context, page, home) {
    this.kind = kind;
    this.context = context;
    this.page = page;
    this.touch = kind === 'tablet' || kind === 'phone';

    const own = new URL(home).host;
    context.on('request', (request) => {
      if (request.method() === 'PUT') {
        this.puts.push(request);
      }
      const url = new URL(request.url());
      if (url.protocol.startsWith('http') && url.host !== own) {
        this.strangers.push(request.url());
      }
    });
    page.on('websocket', (socket) => {
      if (new URL(socket.url()).host !== own) {
        this.strangers.push(socket.url());
      }
      socket.on('framesent', ({ payload }) => this.#note(payload));
    });
    page.on('pageerror', (error) => this.troubles.push(error.stack ?? String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && /panicked|Content Security Policy/.test(message.text())) {
        this.troubles.push(message.text());
      }
    });
  }

  async goto(link) {
    // A link that differs in its fragment only would not load again.
    await this.page.goto('about:blank');
    await this.page.goto(link);
  }

  /** The address of the board it last opened. */
  get board() {
    return [...this.documents].filter((document) => document.includes('/board/')).at(-1);
  }

  /** Every frame of Trestle's own client begins with the document's name, whose length is a byte. */
  #note(payload) {
    if (typeof payload !== 'string' && payload.length > 1 && payload[0] < payload.length) {
      const name = payload.subarray(1, 1 + payload[0]).toString('utf8');
      if (name.includes('/')) {
        this.documents.delete(name);
        this.documents.add(name);
      }
    }
  }
}
