#pragma once

#include "catalog/component.h"
#include "runtime/chunk_assembler.h"
#include "support/manual_clock.h"
#include "support/memory_files.h"

#include <map>

namespace engine {

// What the engine does with a source's bytes, a read at a time: lines come out as texts, rejects by their
// reason.
class Follower final : public SourceOutput {
public:
    explicit Follower(MemoryFiles& files, const char* params = R"({"path": "/log/a.log", "follow": true})")
        : m_files(files),
          m_env{m_clock, files, 1}
    {
        addBuiltinComponents(m_catalog);
        Json all = Json::parse(params);
        all["format"] = "text";
        all["columns"] = Json::array({Json{{"name", "line"}, {"type", "string"}}});
        const Constants constants;
        const BindContext context(m_catalog, {}, constants, m_problems);
        m_binding = m_catalog.find("file_source")->bind(all, context, m_problems);
        CHECK(m_binding);
        start();
    }
    // Begins anew from where it was, as after a kill.
    void start()
    {
        const auto from = m_source ? m_source->splits() : std::vector<SplitState>();
        m_inputs.clear();
        m_source = std::get<Factory<Source>>(m_binding->make)();
        SourceContext context{m_env, "/", 64};
        m_status = m_source->open(context, from);
    }
    // Reads until nothing more comes.
    std::string read()
    {
        lines.clear();
        for (int quiet = 0; quiet < 3;) {
            auto state = m_source->read(*this, m_clock.monotonic() + Duration(1));
            if (!state) return "error: " + state.error().message;
            for (auto& [split, input] : m_inputs) input->flush();
            if (*state == ReadState::End) break;
            quiet = *state == ReadState::Idle ? quiet + 1 : 0;
        }
        return lines;
    }
    // Long enough to see another file of that name, and too soon to leave the one before.
    std::string look()
    {
        m_clock.advance(std::chrono::milliseconds(300));
        return read();
    }
    void pass(Duration time) { m_clock.advance(time); }
    std::string readLater()
    {
        m_clock.advance(std::chrono::milliseconds(1500));
        std::string first = read();  // sees what has changed
        m_clock.advance(std::chrono::milliseconds(1500));
        return first + read();
    }
    ByteInput& bytes(SplitId split) override
    {
        auto& input = m_inputs[split.value];
        if (!input)
            input = std::make_unique<ChunkAssembler>(m_binding->source.framer(), 64, 1 << 20,
                                                     [this](const SourceChunk& chunk) { take(chunk); });
        return *input;
    }
    void rows(SplitId, RecordBatch) override { }
    void records(SplitId, RawChunk, std::vector<RecordReject>) override { }
    bool hasRoom() const override { return true; }
    const Status& status() const { return m_status; }
    std::vector<SplitState> splits() const { return m_source->splits(); }
    const Binding& binding() const { return *m_binding; }

    std::string lines{};
    std::vector<std::string> rejects{};

private:
    void take(const SourceChunk& chunk)
    {
        const RawChunk& raw = std::get<RawChunk>(chunk.content);
        lines += std::string_view(raw.bytes->data(), raw.bytes->size());
        for (const RecordReject& reject : chunk.rejects) rejects.push_back(reject.reason);
    }
    MemoryFiles& m_files;
    ManualClock m_clock{1'000'000'000};
    Env m_env;
    Catalog m_catalog;
    std::vector<Diagnostic> m_problems;
    std::optional<Binding> m_binding;
    std::map<std::uint32_t, std::unique_ptr<ChunkAssembler>> m_inputs;
    std::unique_ptr<Source> m_source;
    Status m_status = ok();
};

inline void append(MemoryFiles& files, const std::string& path, const std::string& text)
{
    auto file = files.openToAppend(path);
    CHECK(file && (*file)->append(text));
}

inline void empty(MemoryFiles& files, const std::string& path)
{
    auto file = files.openToAppend(path);
    CHECK(file && (*file)->truncate(0));
}

}  // namespace engine
