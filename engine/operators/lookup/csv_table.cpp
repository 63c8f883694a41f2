#include "operators/lookup/csv_table.h"

#include "base/log.h"
#include "data/expression_tree.h"
#include "state/key_codec.h"
#include "state/key_hash.h"
#include "state/row_bytes.h"

#include <algorithm>

namespace engine {
namespace {

Error tooLarge(const std::string& path)
{
    return {ErrorCode::Limit,
            "The table " + path + " takes more than " + std::to_string(limits::kLookupTableBytes >> 20) +
                " MiB of memory; put it into an SQLite database and look it up there.",
            path};
}

// The fields of the header line.
std::vector<std::string> namesIn(std::string_view header, char delimiter)
{
    std::vector<std::string> names(1);
    bool isInside = false;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const char c = header[i];
        if (c == '"' && isInside && i + 1 < header.size() && header[i + 1] == '"')
            names.back() += header[++i];
        else if (c == '"')
            isInside = !isInside;
        else if (c == delimiter && !isInside)
            names.emplace_back();
        else
            names.back() += c;
    }
    return names;
}

bool isSame(const FileInfo& one, const FileInfo& other)
{
    return one.size == other.size && one.inode == other.inode && one.modifiedUs == other.modifiedUs;
}

}  // namespace

// Takes a file apart, chunk by chunk. For one load.
class CsvTable::Reader {
public:
    Reader(const std::string& path, const LookupSpec& spec, CsvTable& table)
        : m_path(path),
          m_spec(spec),
          m_table(table),
          m_decoder(spec.decoder(spec.decode))
    {
    }

    Status read(std::string_view text)
    {
        const auto framer = m_spec.framer(m_spec.decode);
        const auto header = framer->prologue(text, true);
        if (!header) return Error{ErrorCode::BadData, "The table " + m_path + " has no header line.", m_path};
        const std::string_view before = text.substr(0, *header);
        m_line += static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
        text.remove_prefix(*header);
        TRY(checkNames(*framer->header()));
        for (std::size_t wanted = limits::kChunkBytes; !text.empty();) {
            const std::string_view part = text.substr(0, wanted);
            const std::size_t end = part.size() == text.size() ? part.size() : framer->lastRecordEnd(part, 0);
            if (end == 0) {
                wanted *= 2;
                continue;
            }
            TRY(decode(text.substr(0, end), framer->header()));
            if (m_table.m_text.bytes() > limits::kLookupTableBytes) return tooLarge(m_path);
            text.remove_prefix(end);
            wanted = limits::kChunkBytes;
        }
        return ok();
    }
    std::vector<Loaded> loaded{};

private:
    Status checkNames(std::string_view header) const
    {
        const std::vector<std::string> names = namesIn(header, m_spec.decode.delimiter[0]);
        for (const DecodeColumn& column : m_spec.decode.columns) {
            const std::string& wanted = column.path.empty() ? column.name : column.path;
            if (std::ranges::find(names, wanted) != names.end()) continue;
            const std::string nearest = nearestName(wanted, names);
            return Error{ErrorCode::BadData,
                         "The first line of the table " + m_path + " names no column \"" + wanted + "\"" +
                             (nearest.empty() ? "." : " (did you mean \"" + nearest + "\"?)."),
                         m_path};
        }
        return ok();
    }
    Status decode(std::string_view text, const std::shared_ptr<const std::string>& header)
    {
        RawChunk chunk;
        chunk.bytes = Buffer::copyOf(text);
        chunk.header = header;
        DecodedChunk decoded;
        m_decoder->decode(chunk, decoded);
        if (!decoded.rejects.empty()) {
            const RecordReject& reject = decoded.rejects.front();
            return Error{ErrorCode::BadData,
                         "The table " + m_path + " cannot be read, line " +
                             std::to_string(m_line + reject.line + 1) + ": " + reject.reason,
                         m_path};
        }
        m_line += decoded.lines;
        for (const RecordBatch& batch : decoded.batches)
            forEachRow(batch, [&](std::uint32_t row) { add(batch, row); });
        return ok();
    }
    void add(const RecordBatch& batch, std::uint32_t row)
    {
        m_key.clear();
        m_value.clear();
        for (std::size_t i = 0; i < m_spec.keys.size(); ++i) {
            if (batch.column(i).isNull(row)) return;
            appendKey(m_key, batch.column(i), row);
        }
        for (std::size_t i = m_spec.keys.size(); i < batch.columns(); ++i)
            appendValue(m_value, batch.column(i), row);
        loaded.push_back({m_table.m_text.add(m_key), m_table.m_text.add(m_value)});
    }

    const std::string& m_path;
    const LookupSpec& m_spec;
    CsvTable& m_table;
    std::unique_ptr<Decoder> m_decoder;
    std::uint64_t m_line = 0;
    std::string m_key, m_value;
};

Result<std::shared_ptr<const CsvTable>> CsvTable::load(FileSystem& files, const std::string& path,
                                                       const LookupSpec& spec)
{
    auto text = files.readAll(path, limits::kLookupTableBytes + 1);
    if (!text) return text.error();
    if (text->size() > limits::kLookupTableBytes) return tooLarge(path);
    if (!text->empty() && text->back() != '\n') text->push_back('\n');
    const auto table = std::make_shared<CsvTable>();
    Reader reader(path, spec, *table);
    TRY(reader.read(*text));
    text->clear();
    text->shrink_to_fit();
    table->index(std::move(reader.loaded));
    if (table->bytes() > limits::kLookupTableBytes) return tooLarge(path);
    return std::shared_ptr<const CsvTable>(table);
}

void CsvTable::index(std::vector<Loaded> loaded)
{
    std::ranges::stable_sort(loaded, {}, &Loaded::key);
    m_rows.reserve(loaded.size());
    for (const Loaded& each : loaded) {
        m_rows.push_back(each.row);
        if (!m_groups.empty() && m_groups.back().key == each.key) {
            ++m_groups.back().count;
            continue;
        }
        const auto number = static_cast<std::uint32_t>(m_groups.size());
        m_groups.push_back({hashText(each.key), each.key, static_cast<std::uint32_t>(m_rows.size() - 1), 1});
        m_index.insert(m_groups.back().hash, number, m_groups.size(),
                       [this](std::uint32_t other) { return m_groups[other].hash; });
    }
}

std::span<const std::string_view> CsvTable::find(std::string_view key) const
{
    const std::uint32_t found =
        m_index.find(hashText(key), [&](std::uint32_t group) { return m_groups[group].key == key; });
    if (found == SlotIndex::kNone) return {};
    return {m_rows.data() + m_groups[found].first, m_groups[found].count};
}

std::size_t CsvTable::bytes() const
{
    return m_text.bytes() + m_rows.capacity() * sizeof m_rows[0] + m_groups.capacity() * sizeof m_groups[0] +
        m_index.slots() * 4;
}

CsvLoader::CsvLoader(FileSystem& files, std::string path, LookupSpecPtr spec)
    : m_files(files),
      m_path(std::move(path)),
      m_spec(std::move(spec))
{
}

CsvLoader::~CsvLoader()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_changed.notify_all();
}

Status CsvLoader::open()
{
    const auto about = m_files.info(m_path);
    if (!about) return about.error();
    auto table = CsvTable::load(m_files, m_path, *m_spec);
    if (!table) return table.error();
    m_loaded = *about;
    m_table = std::move(*table);
    if (m_spec->refreshUs > 0) m_thread = std::jthread([this] { work(); });
    return ok();
}

void CsvLoader::look()
{
    {
        const std::lock_guard lock(m_mutex);
        m_mustLook = true;
    }
    m_changed.notify_all();
}

std::shared_ptr<const CsvTable> CsvLoader::table() const
{
    const std::lock_guard lock(m_mutex);
    return m_table;
}

std::uint64_t CsvLoader::looks() const
{
    const std::lock_guard lock(m_mutex);
    return m_looks;
}

void CsvLoader::work()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_mustLook || m_isEnding; });
        if (m_isEnding) return;
        m_mustLook = false;
        lock.unlock();
        reload();
        lock.lock();
        ++m_looks;
    }
}

// The time of the file is taken before it is read: what is written meanwhile is found the next time.
void CsvLoader::reload()
{
    const auto about = m_files.info(m_path);
    if (about && isSame(*about, m_loaded)) return;
    auto table = about ? CsvTable::load(m_files, m_path, *m_spec) : about.error();
    if (!table) {
        if (m_complaint != table.error().message)
            log(LogLevel::Warning, table.error().message + " The table stays as it was.");
        m_complaint = table.error().message;
        return;
    }
    m_complaint.clear();
    m_loaded = *about;
    const std::lock_guard lock(m_mutex);
    m_table = std::move(*table);
}

}  // namespace engine
