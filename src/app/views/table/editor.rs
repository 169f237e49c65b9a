//! Writing in a card: a real text field over the card's own words, kept as one with the shared text.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use workshop::board::Command;
use workshop::id::CardId;
use workshop::text::{TextStep, length};

use super::scene::Scene;
use crate::browser::dom;
use crate::intent::editor::Editor;
use crate::mirror::CardStateStoreFields;
use crate::words::table;

/// The text field of the card that is written in. Takes the caret when it appears.
#[component]
pub fn CardEditor(id: CardId) -> impl IntoView {
    let scene = expect_context::<Scene>();
    let field = NodeRef::<html::Textarea>::new();
    let Some(card) = scene.board.card(&id) else {
        return ().into_any();
    };
    let text = card.text().get_untracked();
    let editor = Rc::new(RefCell::new(Editor::new(text.clone())));
    let listening = Rc::clone(&editor);
    let hear = move |steps: &[TextStep]| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let (start, end) = dom::selection(&field);
        let shown = listening.borrow_mut().handle_elsewhere(steps, start, end);
        if let Some(shown) = shown {
            dom::show_text(&field, &shown.text, shown.start, shown.end);
        }
    };
    scene.board.listen_to_text(id.clone(), Rc::new(hear));
    on_cleanup({
        let id = id.clone();
        move || scene.board.stop_listening(&id)
    });
    let begin = text.clone();
    Effect::new(move || {
        if let Some(field) = field.get() {
            let end = begin.encode_utf16().count() as u32;
            dom::show_text(&field, &begin, end, end);
            dom::focus_field(&field);
        }
    });
    let editor = StoredValue::new_local(editor);
    let id = StoredValue::new(id);
    let write = move |steps: Vec<TextStep>| {
        let done = scene.run(Command::EditText {
            card: id.get_value(),
            steps,
        });
        // What does not fit is not kept: the field shows what is.
        if !done
            && let (Some(field), Some(card)) =
                (field.get_untracked(), scene.board.card(&id.get_value()))
        {
            let kept = card.text().get_untracked();
            let end = kept.encode_utf16().count() as u32;
            let (start, _) = dom::selection(&field);
            dom::show_text(&field, &kept, start.min(end), start.min(end));
            editor.with_value(|editor| *editor.borrow_mut() = Editor::new(kept));
        }
    };
    let on_input = move |_| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let (_, caret) = dom::selection(&field);
        let text = field.value();
        let steps = editor.with_value(|editor| editor.borrow_mut().handle_input(&text, caret));
        if let Some(steps) = steps {
            write(steps);
        }
        if caret == length(&text) {
            id.with_value(|id| scene.show_end(id));
        }
    };
    let on_composition_end = move |_| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let (start, end) = dom::selection(&field);
        let text = field.value();
        let (steps, shown) = editor.with_value(|editor| {
            editor
                .borrow_mut()
                .handle_composition_end(&text, start, end)
        });
        if let Some(shown) = shown {
            dom::show_text(&field, &shown.text, shown.start, shown.end);
        }
        if let Some(steps) = steps {
            write(steps);
        }
    };
    view! {
        <textarea
            class="field"
            aria-label=table::CARD_TEXT
            placeholder=table::WRITE_HERE
            spellcheck="true"
            node_ref=field
            on:input=on_input
            on:compositionstart=move |_| {
                editor.with_value(|editor| editor.borrow_mut().handle_composition_start());
            }
            on:compositionend=on_composition_end
        ></textarea>
    }
    .into_any()
}
