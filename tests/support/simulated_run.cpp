#include "support/simulated_run.h"

#include "data/time_text.h"
#include "jobs/job.h"
#include "plan/plan.h"
#include "spec/resolve.h"
#include "support/memory_files.h"
#include "support/random_document.h"
#include "support/seeded_host.h"

#include <cmath>
#include <set>

namespace engine {

void SimulationCounts::add(const SimulationCounts& other)
{
    crashes += other.crashes;
    crashesWhileStarting += other.crashesWhileStarting;
    stops += other.stops;
    pauses += other.pauses;
    resumed += other.resumed;
}

namespace {

constexpr int kStepsMax = 2'000'000;

// Time passes with each look at it.
class DrawnClock final : public Clock {
public:
    explicit DrawnClock(std::uint64_t seed) : m_random(seed) { }
    Timestamp now() const override { return Timestamp(Duration(m_nowUs)); }
    MonotonicTime monotonic() const override
    {
        m_nowUs += static_cast<std::int64_t>(m_random.below(2000));
        return MonotonicTime(Duration(m_nowUs));
    }
    void advance(Duration by) { m_nowUs += by.count(); }

private:
    mutable Random m_random;
    mutable std::int64_t m_nowUs = 1'700'000'000'000'000;
};

const Catalog& catalog()
{
    static const Catalog made = [] {
        Catalog all;
        addBuiltinComponents(all);
        return all;
    }();
    return made;
}

// A value as the file holds it; numbers that JSON does not know are null there.
Scalar scalarFrom(const Json& json, DataType type)
{
    Scalar value{type, {}};
    if (json.is_null()) return value;
    switch (type) {
    case DataType::Bool: value.value = json.get<bool>(); break;
    case DataType::Int64: value.value = json.get<std::int64_t>(); break;
    case DataType::Float64: value.value = json.get<double>(); break;
    case DataType::Time: value.value = parseIso8601(json.get<std::string>()).value(); break;
    case DataType::String: value.value = json.get<std::string>(); break;
    }
    return value;
}

// Numbers that JSON does not know are null in a file.
TestRows withoutPlaces(TestRows rows)
{
    for (TestRow& row : rows) {
        row.at.reset();
        for (Scalar& value : row.values)
            if (const double* number = std::get_if<double>(&value.value); number && !std::isfinite(*number))
                value.value = std::monostate{};
    }
    return rows;
}

// A rejected row as its `raw` column tells it, as JSON.
Json rawRow(std::string raw)
{
    for (const char* word : {"-nan", "nan", "-inf", "inf"})
        for (std::size_t at = 0; (at = raw.find(": " + std::string(word), at)) != std::string::npos;)
            raw.replace(at, 2 + std::string_view(word).size(), ": null");
    return Json::parse(raw);
}

class Simulation {
public:
    explicit Simulation(std::uint64_t seed)
        : m_random(seed),
          m_pipeline(makeRandomPipeline(seed, seed % 4 != 0)),
          m_clock(seed),
          m_env{m_clock, m_files, seed},
          m_host(seed ^ 0x51)
    {
    }

    SimulatedRun run()
    {
        m_files.put("/in.ndjson", inputOf(m_pipeline.source));
        if (m_pipeline.second) m_files.put("/second.ndjson", inputOf(*m_pipeline.second));
        static const char* const kChunks[] = {"64B", "200B", "1KiB", "16KiB"};
        const std::string text = documentOf(m_pipeline, kChunks[m_random.below(4)]).dump();
        const Parsed parsed = parsePipeline(text);
        Overrides overrides;
        overrides.schemaOf = [](std::string_view id) { return catalog().schemaOf(id); };
        m_resolved = resolve(parsed.spec, overrides);
        m_disturbances = static_cast<int>(m_random.below(10));
        while (m_run.difference.empty() && !runOnce()) {
            if (m_files.isDead()) m_files.startAgain(m_random);
        }
        m_run.trace = m_host.trace();
        if (!m_run.difference.empty()) m_run.difference += textOf(m_pipeline) + text + "\n";
        return std::move(m_run);
    }

private:
    enum class Disturbance { None, Crash, CrashSoon, Stop, Pause };

    // True when the job has finished and its output was compared.
    bool runOnce()
    {
        JobOptions options;
        options.stateDirectory = "/state";
        options.threads = 1 + static_cast<int>(m_random.below(4));
        options.parallelism = 1 + static_cast<int>(m_random.below(m_pipeline.judgesResults ? 1 : 4));
        options.host = &m_host;
        Disturbance next = Disturbance::None;
        std::uint64_t left = kStepsMax;
        if (m_disturbances > 0) {
            --m_disturbances;
            next = static_cast<Disturbance>(1 + m_random.below(4));
            left = m_random.below(next == Disturbance::CrashSoon ? 3 : 400);
        }
        if (next == Disturbance::CrashSoon)
            m_files.dieAfter(static_cast<int>(1 + m_random.below(m_random.below(2) ? 8 : 60)));
        auto created =
            Job::create(m_resolved.spec, toConstants(m_resolved.parameters), catalog(), m_env, options);
        if (!created && m_files.isDead()) {
            ++m_run.counts.crashesWhileStarting;
            return false;
        }
        if (!created) {
            m_run.difference = "  the job does not start: " + created.error().message + '\n';
            return false;
        }
        const std::unique_ptr<Job> job = std::move(*created);
        m_run.counts.resumed += job->resumed();
        return drive(*job, next, left);
    }

    bool drive(Job& job, Disturbance next, std::uint64_t left)
    {
        for (int steps = 0; steps < kStepsMax; ++steps) {
            if (!m_host.step()) {
                m_clock.advance(std::chrono::milliseconds(1));
                job.poll();
            }
            if (m_random.below(4) == 0) job.poll();
            if (m_files.isDead()) return crash();
            if (isOver(job.status().state)) return ended(job);
            if (left-- > 0) continue;
            left = kStepsMax;
            switch (next) {
            case Disturbance::Crash: m_files.die(); return crash();
            case Disturbance::Stop: m_run.counts.stops += job.request(JobAction::Stop) ? 1 : 0; break;
            case Disturbance::Pause:
                if (!job.request(JobAction::Pause)) break;
                ++m_run.counts.pauses;
                for (std::uint64_t i = m_random.below(300); i > 0 && m_host.step(); --i) { }
                static_cast<void>(job.request(JobAction::Resume));
                break;
            case Disturbance::CrashSoon:
            case Disturbance::None: break;
            }
        }
        m_run.difference =
            "  the job does not end: it is " + std::string(jobStateName(job.status().state)) + '\n';
        for (const LogLine& line : job.takeLog()) m_run.difference += "  log: " + line.text + '\n';
        return false;
    }

    // The disk is dead; what the job still does in its end reaches nothing.
    bool crash()
    {
        ++m_run.counts.crashes;
        return false;
    }

    bool ended(const Job& job)
    {
        const JobStatus status = job.status();
        if (status.state == JobState::Stopped) return false;
        if (status.state == JobState::Failed) {
            m_run.difference = "  the job failed: " + status.failure->message + '\n';
            return false;
        }
        compare(job);
        return true;
    }

    SchemaPtr schemaOf(const Job& job, std::size_t node, const char* port) const
    {
        return job.schemaOf({NodeId{"node_" + std::to_string(node)}, port});
    }

    void compare(const Job& job)
    {
        const std::size_t last = m_pipeline.nodes.size() - 1;
        compareFile("result", m_pipeline.expected, schemaOf(job, last, "out"));
        if (m_pipeline.lastIsLate)
            compareFile("late", m_pipeline.late, schemaOf(job, last, "late"));
        for (std::size_t i = 0; i <= last; ++i) compareRejected(i, m_pipeline.rejected[i]);
        if (m_pipeline.nodes.back().component == "window") compareRejected(last, m_pipeline.refused);
    }

    template <class F>
    void eachRecord(const std::string& path, F&& f) const
    {
        const std::string text = m_files.bytesOf(path);
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = text.find('\n', begin);
            f(Json::parse(text.substr(begin, end - begin)));
            begin = end + 1;
        }
    }

    // The columns that the reference knows; a late row has two more.
    void compareFile(const std::string& name, const RefTable& expected, const SchemaPtr& schema)
    {
        std::vector<Field> fields;
        for (const std::string& column : expected.columns)
            fields.push_back({column, schema->field(*schema->find(column)).type});
        TestRows found;
        eachRecord("/" + name + ".ndjson", [&](const Json& record) {
            TestRow& row = found.emplace_back();
            for (const Field& field : fields)
                row.values.push_back(scalarFrom(record[field.name], field.type));
        });
        note(name, differenceOf(withoutPlaces(testRowsOf(expected, Schema(fields))), found));
    }

    // In a raw row 2.0 is 2: here every number is a double, and so is a time. A window rejects rows as well
    // as groups.
    void compareRejected(std::size_t node, const RefTable& expected)
    {
        TestRows found;
        const auto isGroup = std::ranges::find(expected.columns, "window_end") != expected.columns.end();
        eachRecord("/rejected_" + std::to_string(node) + ".ndjson", [&](const Json& record) {
            const Json raw = rawRow(record["raw"].get<std::string>());
            if (raw.contains("window_end") != isGroup) return;
            TestRow& row = found.emplace_back();
            for (const std::string& column : expected.columns) row.values.push_back(plainScalar(raw[column]));
        });
        TestRows wanted = withoutPlaces(testRowsOf(expected));
        const std::set<std::string> unread = unreadAt(node);
        for (TestRow& row : wanted)
            for (std::size_t i = 0; i < row.values.size(); ++i) {
                Scalar& value = row.values[i];
                if (unread.contains(expected.columns[i])) value.value = std::monostate{};
                if (const auto* integer = std::get_if<std::int64_t>(&value.value))
                    value.value = static_cast<double>(*integer);
            }
        note("rejected by node " + std::to_string(node), differenceOf(wanted, found));
    }

    // Columns that the source does not decode because no node looks at them, and none has made since.
    std::set<std::string> unreadAt(std::size_t node) const
    {
        const Analysis analysis = analyse(m_resolved.spec, catalog(), toConstants(m_resolved.parameters));
        std::set<std::string> unread;
        for (const auto& [source, needed] : makePlan(m_resolved.spec, analysis, {}).needed)
            for (std::size_t i = 0; i < needed.size(); ++i)
                if (!needed[i]) unread.insert(analysis.schemas.at({source, "out"})->field(i).name);
        for (std::size_t i = 0; i < node; ++i) {
            const Json params = Json::parse(m_pipeline.nodes[i].params);
            if (m_pipeline.nodes[i].component != "compute") continue;
            for (const Json& column : params["columns"]) unread.erase(column["name"].get<std::string>());
        }
        return unread;
    }

    static Scalar plainScalar(const Json& json)
    {
        if (json.is_boolean()) return {DataType::Bool, json.get<bool>()};
        if (json.is_number()) return {DataType::Float64, json.get<double>()};
        if (json.is_string()) {
            std::string text = json.get<std::string>();
            if (const auto time = text.ends_with('Z') ? parseIso8601(text) : std::nullopt)
                return {DataType::Float64, static_cast<double>(*time)};
            return {DataType::String, std::move(text)};
        }
        return {DataType::String, {}};
    }

    void note(const std::string& what, const std::string& difference)
    {
        if (!difference.empty()) m_run.difference += "  " + what + ":\n" + difference;
    }

    Random m_random;
    RandomPipeline m_pipeline;
    DrawnClock m_clock;
    MemoryFiles m_files;
    Env m_env;
    SeededHost m_host;
    Resolved m_resolved;
    int m_disturbances = 0;
    SimulatedRun m_run;
};

}  // namespace

SimulatedRun simulate(std::uint64_t seed) { return Simulation(seed).run(); }

}  // namespace engine
