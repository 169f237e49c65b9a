// Clients that are not Trestle's: stock y-websocket and stock Hocuspocus provider in Node, and the
// shape of a card as plain Yjs types.
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

/** A stock y-websocket client on one document. */
export function overYWebsocket(relay, document, key) {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(relay.socket, document, doc, {
    WebSocketPolyfill: WebSocket,
    disableBc: true,
    params: { key },
  });
  const closed = new Promise((resolve) => {
    provider.on('connection-close', (event) => event && resolve(event.code));
  });
  return {
    doc,
    provider,
    closed,
    synced: event(provider, 'sync', (isSynced) => isSynced),
    dispose: () => {
      provider.destroy();
      doc.destroy();
    },
  };
}

/** A stock Hocuspocus client on one document. */
export function overHocuspocus(relay, document, key) {
  const doc = new Y.Doc();
  const socket = new HocuspocusProviderWebsocket({
    url: relay.socket,
    WebSocketPolyfill: WebSocket,
  });
  const provider = new HocuspocusProvider({
    websocketProvider: socket,
    name: document,
    document: doc,
    token: key,
  });
  provider.attach();
  return {
    doc,
    provider,
    synced: event(provider, 'synced', ({ state }) => state),
    denied: event(provider, 'authenticationFailed', () => true).then(({ reason }) => reason),
    closed: event(provider, 'close', () => true).then(({ event: { code } }) => code),
    /** Resolves when the relay has acknowledged everything written here as durable. */
    durable: () =>
      provider.hasUnsyncedChanges
        ? event(provider, 'unsyncedChanges', ({ number }) => number === 0)
        : Promise.resolve(),
    dispose: () => {
      provider.destroy();
      socket.destroy();
      doc.destroy();
    },
  };
}

function event(emitter, name, wanted) {
  return new Promise((resolve) => {
    const listener = (value) => {
      if (wanted(value)) {
        emitter.off(name, listener);
        resolve(value);
      }
    };
    emitter.on(name, listener);
  });
}

/** Writes a card as any Yjs client may, in one transaction. Its place is copied from a neighbour. */
export function writeCard(doc, text, like) {
  const id = Array.from({ length: 12 }, () => Math.floor(Math.random() * 10)).join('');
  doc.transact(() => {
    const card = new Y.Map();
    card.set('kind', like.get('kind'));
    card.set('text', new Y.Text(text));
    card.set('fields', new Y.Map());
    card.set('zone', like.get('zone'));
    card.set('at', [like.get('at')[0], like.get('at')[1] + 220]);
    card.set('order', `${like.get('order')}1`);
    card.set('seat', like.get('seat'));
    doc.getMap('cards').set(id, card);
  });
  return id;
}

/** The texts of a board's cards. */
export function texts(doc) {
  return [...doc.getMap('cards').values()].map((card) => card.get('text').toString()).sort();
}
