// labels: asan
// Documents with edits in them that nobody meant.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "support/memory_job.h"
#endif

#include "test_main.h"

namespace tst_mutated_documents {

using namespace engine;

class MutatedDocumentsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void areRefusedOrRun();
};

namespace {

void editAnything(std::string& text, Random& random)
{
    const std::size_t at = random.below(text.size());
    switch (random.below(5)) {
    case 0: text.erase(at, random.below(12)); break;
    case 1: text.insert(at, text.substr(random.below(text.size()), random.below(40))); break;
    case 2: text[at] = static_cast<char>(random.below(256)); break;
    case 3: text[at] = static_cast<char>('0' + random.below(10)); break;
    default: std::swap(text[at], text[random.below(text.size())]); break;
    }
}

// Another digit where one is: that is a document still.
void changeDigit(std::string& text, Random& random)
{
    const std::size_t begin = text.find("settings");
    std::size_t at = 0;
    do at = begin + random.below(text.size() - begin);
    while (text[at] < '0' || text[at] > '9');
    text[at] = static_cast<char>('0' + random.below(10));
}

}  // namespace

// Refused with a sentence or run for a while: never a crash.
void MutatedDocumentsTest::areRefusedOrRun()
{
    const std::string good =
        R"doc({"format": 1, "id": "2f0b7c1e-5a3d-4c8e-9b6f-7d1e0a4c5b22", "name": "Mutated",
  "settings": {"checkpoint_interval": "50ms", "chunk_size": "200B", "restart": "never", "reject_limit": 900},
  "nodes": [
    {"id": "input", "component": "file_source", "params": {"path": "/in.txt", "format": "json",
      "columns": [{"name": "n", "type": "bigint"}, {"name": "pad", "type": "string"},
                  {"name": "at", "type": "timestamp", "encoding": "epoch_ms"}],
      "time_column": "at", "watermark_delay": "10ms"}},
    {"id": "some", "component": "filter", "params": {"condition": "n % 3 <> 1"}},
    {"id": "more", "component": "compute", "params": {"columns": [
      {"name": "half", "expression": "n / 2.0"},
      {"name": "short", "expression": "UPPER(SUBSTRING(pad, 1, 2))"}]
}
},
    {"id": "sums", "component": "window", "params": {"kind": "tumbling", "size": "20ms", "keys": ["short"],
      "aggregates": [{"function": "sum", "argument": "half", "name": "total"}]}},
    {"id": "good", "component": "file_sink", "params": {"path": "/good.ndjson", "format": "json"}},
    {"id": "bad", "component": "file_sink", "params": {"path": "/bad.ndjson", "format": "json"}}],
  "edges": [["input.out", "some.in"], ["some.out", "more.in"], ["more.out", "sums.in"],
    ["sums.out", "good.in"], ["input.rejected", "bad.in"]]
})doc";
    std::string input;
    for (int n = 0; n < 200; ++n) {
        const std::string number = std::to_string(n), at = std::to_string(1'700'000'000'000 + n);
        input += n % 20 ? "{\"n\":" + number + ",\"pad\":\"abc\",\"at\":" + at + "}\n" : std::string("bad\n");
    }
    Random random(5);
    int started = 0, refused = 0, failed = 0;
    for (int round = 0; round < 250; ++round) {
        std::string text = good;
        while (text == good)
            for (std::uint64_t edits = 1 + random.below(3); edits > 0; --edits)
                round % 2 ? changeDigit(text, random) : editAnything(text, random);
        MemoryJob memory(static_cast<std::uint64_t>(round));
        memory.files.put("/in.txt", input);
        if (const auto status = memory.start(text); !status) {
            QVERIFY(!status.error().message.empty());
            ++refused;
            continue;
        }
        ++started;
        memory.steps(4000);
        if (memory.state() != JobState::Failed) continue;
        ++failed;
        QVERIFY(!memory.failure().empty());
    }
    QVERIFY2(started > 50 && refused > 50,
             qPrintable(QString("%1 %2 %3").arg(started).arg(refused).arg(failed)));
}

STREAMWRIGHT_TEST(MutatedDocumentsTest)

}  // namespace tst_mutated_documents
#include "tst_mutated_documents.moc"
