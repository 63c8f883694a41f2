#include "operators/alert_rule/alert_tables.h"

#include "state/bytes.h"
#include "state/key_codec.h"

#include <algorithm>
#include <bit>

namespace engine {

namespace {

TableSchema instanceTable()
{
    return {.name = "alert_instances",
            .version = 2,  // 2: whether the episode has fired
            .keyColumns = {{"labels", DataType::String}},
            .valueColumns = {{"state", DataType::String}}};
}

TableSchema heldTable()
{
    return {.name = "alert_held",
            .keyColumns = {{"at", DataType::Time}, {"number", DataType::Int64}},
            .valueColumns = {{"evaluation", DataType::String}}};
}

TableSchema progressTable()
{
    return {.name = "alert_progress",
            .keyColumns = {{"rule", DataType::String}},
            .valueColumns = {{"progress", DataType::String}}};
}

std::string textKey(std::string_view text)
{
    std::string key;
    appendTextKey(key, text);
    return key;
}

bool takeNumber(std::string_view& in, std::int64_t& number)
{
    std::uint64_t word = 0;
    if (!takeWord(in, word)) return false;
    number = static_cast<std::int64_t>(word);
    return true;
}

}  // namespace

void AlertInstance::save(std::string& out) const
{
    state.save(out);
    appendWord(out, static_cast<std::uint64_t>(heardUs));
}

bool AlertInstance::load(std::string_view in)
{
    return state.load(in) && takeNumber(in, heardUs) && in.empty();
}

void HeldEvaluation::save(std::string& out) const
{
    out.push_back(static_cast<char>(found.input));
    out.push_back(
        static_cast<char>((found.isCritical ? 1 : 0) | (found.isRecovered ? 2 : 0) | (found.value ? 4 : 0)));
    appendWord(out, std::bit_cast<std::uint64_t>(found.value.value_or(0.0)));
    appendText(out, key);
}

bool HeldEvaluation::load(std::string_view in)
{
    if (in.size() < 2 || static_cast<unsigned char>(in[0]) > static_cast<unsigned>(AlertInput::Missing))
        return false;
    const auto flags = static_cast<unsigned char>(in[1]);
    found = {static_cast<AlertInput>(in[0]), (flags & 1) != 0, (flags & 2) != 0, {}};
    in.remove_prefix(2);
    std::uint64_t word = 0;
    std::string_view text;
    if (!takeWord(in, word) || !takeText(in, text) || !in.empty()) return false;
    if (flags & 4) found.value = std::bit_cast<double>(word);
    key = text;
    isSaved = true;
    return true;
}

void AlertProgress::save(std::string& out) const
{
    for (const std::int64_t number : {nextTickUs, reachedUs, heardUs, nextNumber})
        appendWord(out, static_cast<std::uint64_t>(number));
    appendText(out, fingerprint);
    for (const std::string& name : labelNames) appendText(out, name);
}

bool AlertProgress::load(std::string_view in)
{
    std::string_view text;
    if (!takeNumber(in, nextTickUs) || !takeNumber(in, reachedUs) || !takeNumber(in, heardUs) ||
        !takeNumber(in, nextNumber) || !takeText(in, text))
        return false;
    fingerprint = text;
    labelNames.clear();
    while (takeText(in, text)) labelNames.emplace_back(text);
    return in.empty();
}

AlertTables::AlertTables(StateStore& state)
    : m_instances(state.table<KeyedState<AlertInstance>>("alert_instances", instanceTable())),
      m_saved(state.table<KeyedState<HeldEvaluation>>("alert_held", heldTable())),
      m_progress(state.table<KeyedState<AlertProgress>>("alert_progress", progressTable())),
      m_progressKey(textKey("rule"))
{
}

AlertInstance& AlertTables::instance(std::string_view labels) { return m_instances.at(textKey(labels)); }
void AlertTables::forget(std::string_view labels) { m_instances.erase(textKey(labels)); }

std::vector<std::string> AlertTables::quietKeys(std::int64_t untilUs) const
{
    std::vector<std::string> keys;
    m_instances.forEach([&](std::string_view key, const AlertInstance& instance) {
        if (instance.heardUs > untilUs) return;
        KeyPart part;
        takeKeyPart(key, part);
        keys.emplace_back(part.text);
    });
    std::sort(keys.begin(), keys.end());
    return keys;
}

std::string AlertTables::keyOf(const Place& place)
{
    std::string key;
    appendIntegerKey(key, DataType::Time, place.first);
    appendIntegerKey(key, DataType::Int64, place.second);
    return key;
}

// Not in the constructor: saved rows are restored after it.
void AlertTables::readHeld()
{
    if (m_isHeldRead) return;
    m_isHeldRead = true;
    m_saved.forEach([&](std::string_view key, const HeldEvaluation& row) {
        KeyPart time, number;
        takeKeyPart(key, time);
        takeKeyPart(key, number);
        m_held[{static_cast<std::int64_t>(time.bits), static_cast<std::int64_t>(number.bits)}] = row;
    });
}

void AlertTables::hold(std::int64_t timeUs, HeldEvaluation row)
{
    readHeld();
    const Place place{timeUs, progress().nextNumber++};
    m_held.emplace(place, std::move(row));
    m_unsaved.push_back(place);
}

std::int64_t AlertTables::nextHeldUs()
{
    readHeld();
    return m_held.empty() ? kEndOfTime : m_held.begin()->first.first;
}

HeldEvaluation AlertTables::takeHeld()
{
    auto first = m_held.extract(m_held.begin());
    if (first.mapped().isSaved) m_saved.erase(keyOf(first.key()));
    return std::move(first.mapped());
}

// Most rows are taken in the call that brought them and never come to the table.
void AlertTables::keep()
{
    for (const Place& place : m_unsaved) {
        const auto held = m_held.find(place);
        if (held == m_held.end()) continue;
        held->second.isSaved = true;
        m_saved.at(keyOf(place)) = held->second;
    }
    m_unsaved.clear();
}

void AlertTables::dropAll()
{
    readHeld();
    while (!m_held.empty()) takeHeld();
    m_unsaved.clear();
    for (const std::string& key : labelKeys()) forget(key);
}

}  // namespace engine
