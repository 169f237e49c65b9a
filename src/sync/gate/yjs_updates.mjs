// Writes updates of stock Yjs, one a line in hexadecimal, for `yjs_tests.rs`: three clients edit one
// document at random, with every kind of content that a board may hold, and read each other now
// and then. Each line can be applied after those before it. Run with yjs 13.6 installed:
//   node yjs_updates.mjs > yjs_updates.txt
import * as Y from 'yjs'

let seed = 20260101
const next = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed / 2147483648
}
const below = (end) => Math.floor(next() * end)
const words = () => ['bus', 'Zażółć', '😀😀', '女', 'a longer piece of text', '\ud83d'][below(6)]
const any = (depth) => [
  () => null, () => undefined, () => true, () => false, () => below(100), () => -below(5000000000),
  () => next(), () => NaN, () => 2n ** 62n, () => words(), () => new Uint8Array([1, 2, 3]),
  () => (depth ? [any(depth - 1), any(depth - 1)] : []),
  () => (depth ? { [words()]: any(depth - 1), b: any(depth - 1) } : {})
][below(13)]()

const clients = [0, 1, 2].map((index) => {
  const doc = new Y.Doc()
  doc.clientID = [9, 4000000000, 123456][index]
  const undo = new Y.UndoManager([doc.getMap('cards'), doc.getText('note')], { captureTimeout: 0 })
  return { doc, undo, read: 0 }
})
const updates = []
for (const client of clients) {
  client.doc.on('update', (update, origin) => {
    if (origin !== 'remote') updates.push(update)
  })
}
const edits = [
  ({ doc }) => {
    const card = new Y.Map()
    card.set('kind', 'idea')
    card.set('text', new Y.Text(words()))
    card.set('at', [below(100) / 4, -below(100)])
    card.set('tags', Y.Array.from(['a', 1]))
    doc.getMap('cards').set('card' + below(6), card)
  },
  ({ doc }) => doc.getMap('cards').get('card' + below(6))?.get('text').insert(0, words()),
  ({ doc }) => doc.getMap('cards').get('card' + below(6))?.set('fields', { v: any(3) }),
  ({ doc }) => doc.getMap('cards').delete('card' + below(6)),
  ({ doc }) => doc.getArray('list').insert(0, [{ v: any(2) }, below(9)]),
  ({ doc }) => doc.getArray('list').length > 1 && doc.getArray('list').delete(0, 2),
  ({ doc }) => doc.getText('note').insert(below(doc.getText('note').length + 1), words()),
  ({ doc }) => doc.getText('note').insert(0, words(), { bold: true, colour: '#ff0', size: 1.5 }),
  ({ doc }) => doc.getText('note').format(0, Math.min(3, doc.getText('note').length), { bold: null }),
  ({ doc }) => doc.getText('note').insertEmbed(0, { image: 'bus.png', sizes: [1, [2, null]] }),
  ({ doc }) => doc.getText('note').length > 3 && doc.getText('note').delete(1, 2),
  ({ undo }) => undo.undo(),
  ({ undo }) => undo.redo()
]
for (let round = 0; round < 160; round++) {
  const client = clients[below(3)]
  if (below(3) === 0) {
    for (const update of updates.slice(client.read)) Y.applyUpdate(client.doc, update, 'remote')
    client.read = updates.length
  }
  client.doc.transact(() => edits[below(edits.length)](client), null)
}
const whole = new Y.Doc()
for (const update of updates) Y.applyUpdate(whole, update)
updates.push(Y.mergeUpdates(updates), Y.encodeStateAsUpdate(whole))
for (const update of updates) console.log(Buffer.from(update).toString('hex'))
