#pragma once

#include "base/result.h"
#include "ui/document/edits.h"

#include <string_view>

namespace ui {

// A part of a pipeline, between documents, windows and programs: as text it is a pipeline document itself,
// with the nodes, the edges between them, what they use and where they stood. Pure.
struct Clip {
    DocumentState state{};
    std::vector<engine::EdgeSpec> inputs{};  // that led into it from outside
};

Clip makeClip(const DocumentState& state, const edits::Nodes& nodes, const std::set<RemarkRef>& remarks);
std::string writeClip(const Clip& clip, const engine::SchemaOf& schemaOf);
// Any text at all may come: what holds no part of a pipeline is an error with a sentence.
engine::Result<Clip> readClip(std::string_view text);
QRectF boundsOf(const Clip& clip);

namespace edits {

struct Pasted {
    Nodes nodes{};
    std::set<RemarkRef> remarks{};
    // Parameters of the clip whose names have another meaning here, which stays.
    std::vector<std::string> keptParameters{};
};
// Adds the clip, moved by `by`, with new ids where they are taken. With `keepsInputs` it reads from the same
// outputs of this document as where it came from.
Pasted paste(DocumentState& state, const Clip& clip, const QPointF& by, bool keepsInputs);

}  // namespace edits

}  // namespace ui
