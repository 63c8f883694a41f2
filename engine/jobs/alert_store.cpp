#include "jobs/alert_store.h"

#include "jobs/alert_points.h"
#include "jobs/alert_statement.h"

#include <cstdlib>
#include <filesystem>
#include <set>

namespace engine {

namespace {

constexpr int kAlertFileVersion = 1;
constexpr int kBusyMs = 2000;
constexpr const char* kDeleted = "deleted";

constexpr const char* kAlertTables = R"(
CREATE TABLE IF NOT EXISTS changes (
  id INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, name TEXT NOT NULL, rule TEXT NOT NULL,
  labels TEXT NOT NULL, at_us INTEGER NOT NULL, from_phase TEXT NOT NULL, to_phase TEXT NOT NULL,
  reason TEXT NOT NULL, value REAL, episode TEXT NOT NULL, severity TEXT NOT NULL, summary TEXT NOT NULL,
  kind INTEGER NOT NULL, written_us INTEGER NOT NULL,
  UNIQUE (pipeline, rule, labels, at_us, from_phase, to_phase, reason, episode));
CREATE INDEX IF NOT EXISTS changes_of_episode ON changes (pipeline, episode);
CREATE TABLE IF NOT EXISTS episodes (
  pipeline TEXT NOT NULL, episode TEXT NOT NULL, started_us INTEGER NOT NULL, last_change INTEGER NOT NULL,
  is_open INTEGER NOT NULL, written_us INTEGER NOT NULL,
  user TEXT, comment TEXT, acknowledged_us INTEGER,
  PRIMARY KEY (pipeline, episode)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS episodes_by_change ON episodes (last_change);
CREATE TABLE IF NOT EXISTS details (
  pipeline TEXT NOT NULL, episode TEXT NOT NULL, condition TEXT NOT NULL, threshold REAL, points BLOB,
  PRIMARY KEY (pipeline, episode));
)";

constexpr const char* kChangeColumns =
    "c.pipeline, c.name, c.rule, c.labels, c.at_us, c.from_phase, c.to_phase, c.reason, c.value, c.episode, "
    "c.severity, c.summary, c.kind";
constexpr const char* kEpisodeColumns =
    ", e.started_us, e.is_open, d.condition, d.threshold, e.user, e.comment, e.acknowledged_us";
constexpr const char* kEpisodeTables =
    " FROM episodes e JOIN changes c ON c.id = e.last_change "
    "LEFT JOIN details d ON d.pipeline = e.pipeline AND d.episode = e.episode ";

std::int64_t microseconds(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace

std::string defaultAlertFile()
{
    const char* state = std::getenv("XDG_STATE_HOME");
    const char* home = std::getenv("HOME");
    const std::string base = state && *state ? state : std::string(home ? home : ".") + "/.local/state";
    return base + "/streamwright/alerts.sqlite";
}

AlertStore::AlertStore(sqlite3* database, std::string file, const Bounds& bounds)
    : m_database(database),
      m_file(std::move(file)),
      m_bounds(bounds),
      m_unchecked(bounds.checkedEvery)
{
}

AlertStore::~AlertStore() { sqlite3_close(m_database); }

Error AlertStore::failure(const char* doing) const
{
    const std::string what =
        "The alerts in " + m_file + " could not be " + doing + ": " + sqlite3_errmsg(m_database);
    if ((sqlite3_errcode(m_database) & 0xFF) == SQLITE_BUSY)
        return {ErrorCode::Unavailable, what + " by another program. Let that finish, or end it.", m_file};
    return {ErrorCode::Io, what + ". See whether the disk is full or the file belongs to somebody else.",
            m_file};
}

Result<std::unique_ptr<AlertStore>> AlertStore::open(const std::string& file, const Bounds& bounds)
{
    std::error_code ignored;
    if (file != kInMemory)
        std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ignored);
    sqlite3* database = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    std::unique_ptr<AlertStore> store(new AlertStore(database, file, bounds));
    if (code != SQLITE_OK) return store->failure("opened");
    sqlite3_busy_timeout(database, kBusyMs);
    if (auto status = store->prepareTables(); !status) return status.error();
    return store;
}

Status AlertStore::run(const char* sql)
{
    if (sqlite3_exec(m_database, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return ok();
    return failure("written");
}

Status AlertStore::prepareTables()
{
    TRY(run("PRAGMA journal_mode = WAL"));
    TRY(run("PRAGMA synchronous = NORMAL"));
    Statement version(m_database, "PRAGMA user_version");
    const std::int64_t found = version.next() ? version.integer() : 0;
    if (!version.isGood()) return failure("read");
    if (found > kAlertFileVersion)
        return Error{ErrorCode::Unavailable,
                     "The alerts in " + m_file +
                         " were written by a newer version of this program; they are left as they are.",
                     m_file};
    // Tables that are there already need no lock, and one that an older program did not make is made.
    TRY(run(kAlertTables));
    return found == kAlertFileVersion ? ok() : run("PRAGMA user_version = 1");
}

Status AlertStore::addOne(const AlertChange& change, Timestamp now, bool& isNew)
{
    if (change.kind == AlertChange::Fired) TRY(forgetDeleted(change));
    Statement insert(m_database,
                     "INSERT OR IGNORE INTO changes (pipeline, name, rule, labels, at_us, from_phase, "
                     "to_phase, reason, value, episode, severity, summary, kind, written_us) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(change.pipeline)
        .bind(change.pipelineName)
        .bind(change.rule.value)
        .bind(change.labels)
        .bind(microseconds(change.at))
        .bind(change.from)
        .bind(change.to)
        .bind(change.reason)
        .bind(change.value)
        .bind(change.episode)
        .bind(change.severity)
        .bind(change.summary)
        .bind(std::int64_t{change.kind})
        .bind(microseconds(now));
    insert.next();
    if (!insert.isGood()) return failure("written");
    isNew = sqlite3_changes(m_database) > 0;
    if (!isNew || change.episode.empty()) return ok();
    Statement upsert(m_database,
                     "INSERT INTO episodes (pipeline, episode, started_us, last_change, is_open, written_us) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (pipeline, episode) DO UPDATE SET "
                     "last_change = excluded.last_change, is_open = excluded.is_open, "
                     "written_us = excluded.written_us");
    upsert.bind(change.pipeline)
        .bind(change.episode)
        .bind(microseconds(change.at))
        .bind(sqlite3_last_insert_rowid(m_database))
        .bind(std::int64_t{change.kind != AlertChange::Resolved})
        .bind(microseconds(now));
    upsert.next();
    if (!upsert.isGood()) return failure("written");
    return addDetails(change);
}

// An alert whose state was deleted and that the same input brings again is lived through anew.
Status AlertStore::forgetDeleted(const AlertChange& change)
{
    const auto known = find(change.pipeline, change.episode);
    if (!known || known->isOpen || known->last.reason != kDeleted) return ok();
    for (const char* table : {"changes", "episodes", "details"}) {
        Statement forget(m_database,
                         std::string("DELETE FROM ") + table + " WHERE pipeline = ? AND episode = ?");
        forget.bind(change.pipeline).bind(change.episode).next();
        if (!forget.isGood()) return failure("written");
    }
    return ok();
}

Status AlertStore::addDetails(const AlertChange& change)
{
    if (change.condition.empty() && change.points.empty()) return ok();
    auto kept = points(change.pipeline, change.episode);
    if (!kept) return kept.error();
    kept->insert(kept->end(), change.points.begin(), change.points.end());
    thinPoints(*kept, kPoints);
    Statement upsert(m_database,
                     "INSERT INTO details (pipeline, episode, condition, threshold, points) "
                     "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (pipeline, episode) DO UPDATE SET "
                     "condition = excluded.condition, threshold = excluded.threshold, "
                     "points = excluded.points");
    upsert.bind(change.pipeline)
        .bind(change.episode)
        .bind(change.condition)
        .bind(change.threshold)
        .bindBytes(bytesOf(*kept));
    upsert.next();
    return upsert.isGood() ? ok() : Status(failure("written"));
}

Result<std::vector<AlertPoint>> AlertStore::points(const std::string& pipeline, const std::string& episode)
{
    Statement select(m_database, "SELECT points FROM details WHERE pipeline = ? AND episode = ?");
    select.bind(pipeline).bind(episode);
    std::vector<AlertPoint> found;
    if (select.next()) found = pointsOf(select.bytes());
    if (!select.isGood()) return failure("read");
    return found;
}

Status AlertStore::dropOld(Timestamp now)
{
    const std::int64_t oldest = microseconds(now) - m_bounds.ageUsMax;
    // What an episode refers to stays as long as the episode.
    Statement changes(
        m_database,
        "DELETE FROM changes WHERE (written_us < ?1 OR id <= (SELECT max(id) FROM changes) - ?2) "
        "AND id NOT IN (SELECT last_change FROM episodes)");
    changes.bind(oldest).bind(m_bounds.changesMax);
    Statement episodes(m_database,
                       "DELETE FROM episodes WHERE (is_open = 0 AND written_us < ?1) OR last_change <= "
                       "(SELECT last_change FROM episodes ORDER BY last_change DESC LIMIT 1 OFFSET ?2)");
    episodes.bind(oldest).bind(m_bounds.episodesMax);
    episodes.next();
    changes.next();
    Statement details(m_database,
                      "DELETE FROM details WHERE NOT EXISTS (SELECT 1 FROM episodes e "
                      "WHERE e.pipeline = details.pipeline AND e.episode = details.episode)");
    details.next();
    return changes.isGood() && episodes.isGood() && details.isGood() ? ok() : Status(failure("written"));
}

Result<std::vector<AlertEpisode>> AlertStore::add(const std::vector<AlertChange>& changes, Timestamp now)
{
    TRY(run("BEGIN IMMEDIATE"));
    std::set<std::pair<std::string, std::string>> touched;
    Status status = ok();
    for (const AlertChange& change : changes) {
        bool isNew = false;
        status = addOne(change, now, isNew);
        if (!status) break;
        if (isNew && !change.episode.empty()) touched.insert({change.pipeline, change.episode});
    }
    m_unchecked += static_cast<int>(changes.size());
    if (status && m_unchecked >= m_bounds.checkedEvery) {
        status = dropOld(now);
        m_unchecked = 0;
    }
    if (status) status = run("COMMIT");
    if (!status) {
        (void)run("ROLLBACK");
        return status.error();
    }
    std::vector<AlertEpisode> episodes;
    for (const auto& [pipeline, episode] : touched)
        if (auto found = find(pipeline, episode)) episodes.push_back(std::move(*found));
    return episodes;
}

Result<AlertEpisode> AlertStore::find(const std::string& pipeline, const std::string& episode)
{
    Statement select(m_database,
                     std::string("SELECT ") + kChangeColumns + kEpisodeColumns + kEpisodeTables +
                         "WHERE e.pipeline = ? AND e.episode = ?");
    select.bind(pipeline).bind(episode);
    if (select.next()) return select.episode();
    if (!select.isGood()) return failure("read");
    return Error{ErrorCode::InvalidSpec, "That alert is no longer known.", episode};
}

Result<std::vector<AlertEpisode>> AlertStore::list(const AlertQuery& query)
{
    Statement select(m_database,
                     std::string("SELECT ") + kChangeColumns + kEpisodeColumns + kEpisodeTables +
                         "WHERE e.is_open OR NOT ?1 ORDER BY e.last_change DESC LIMIT ?2");
    select.bind(std::int64_t{query.onlyOpen}).bind(static_cast<std::int64_t>(query.max));
    std::vector<AlertEpisode> found;
    while (select.next()) found.push_back(select.episode());
    if (!select.isGood()) return failure("read");
    return found;
}

Result<std::vector<AlertChange>> AlertStore::endingsOf(const std::string& pipeline,
                                                       const std::set<std::string>& rules, Timestamp now)
{
    auto open = list({.onlyOpen = true, .max = static_cast<std::size_t>(m_bounds.episodesMax)});
    if (!open) return open.error();
    std::vector<AlertChange> endings;
    for (AlertEpisode& episode : *open) {
        if (episode.last.pipeline != pipeline || rules.contains(episode.last.rule.value)) continue;
        AlertChange end = std::move(episode.last);
        end.kind = AlertChange::Resolved;
        end.from = std::exchange(end.to, "normal");
        end.reason = kDeleted;
        end.at = now;
        endings.push_back(std::move(end));
    }
    return endings;
}

Result<std::vector<AlertChange>> AlertStore::history(const std::string& pipeline, const std::string& episode)
{
    Statement select(m_database,
                     std::string("SELECT ") + kChangeColumns +
                         " FROM changes c WHERE c.pipeline = ? AND c.episode = ? ORDER BY c.id");
    select.bind(pipeline).bind(episode);
    std::vector<AlertChange> found;
    while (select.next()) found.push_back(select.change());
    if (!select.isGood()) return failure("read");
    return found;
}

Result<AlertEpisode> AlertStore::acknowledge(const std::string& pipeline, const std::string& episode,
                                             const AlertAcknowledgement& by)
{
    auto known = find(pipeline, episode);
    if (!known) return known.error();
    if (!known->isOpen)
        return Error{ErrorCode::InvalidSpec, "That alert is over; there is nothing left to acknowledge.",
                     episode};
    Statement update(m_database,
                     "UPDATE episodes SET user = ?, comment = ?, acknowledged_us = ? "
                     "WHERE pipeline = ? AND episode = ?");
    update.bind(by.user).bind(by.comment).bind(microseconds(by.at)).bind(pipeline).bind(episode);
    update.next();
    if (!update.isGood()) return failure("written");
    return find(pipeline, episode);
}

}  // namespace engine
