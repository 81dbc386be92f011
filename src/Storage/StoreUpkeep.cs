using Commission.Storage.Postgres;
using Commission.Storage.Sqlite;
using Commission.Storage.Upkeep;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Commission.Storage;

/// <summary>
/// What operators do with a whole store: check it, write it to a file, fill another from the file. A store is named by
/// its SQLite file or by the address of its PostgreSQL database; see <see cref="PostgresAddress"/>.
/// </summary>
/// <remarks>
/// Checking and exporting see the store as it was at one moment, and disturb no silo that has it open meanwhile. Every
/// method throws <see cref="StoreUnavailableException"/> when the store can't be reached or read,
/// <see cref="StoreFormatException"/> when it is none of ours or of another version, and <see cref="IOException"/>
/// when a file is missing.
/// </remarks>
public static class StoreUpkeep
{
    private const int FileBuffer = 1 << 20;

    /// <summary>Reads everything, and reports what is wrong: damage does not end it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="report">Told of each problem.</param>
    /// <param name="ct">Abandons it.</param>
    public static Task<StoreCounts> CheckAsync(string store, Action<StoreProblem> report, CancellationToken ct) =>
        GuardAsync(store, writes: false, async () =>
        {
            using var snapshot = await OpenAsync(store, ct);
            return await Task.Run(() => new StoreScan(snapshot, report, sink: null, ct).Run(pages: true), ct);
        });

    /// <summary>Has everything read, as it is at one moment.</summary>
    /// <param name="store">The store.</param>
    /// <param name="read">Reads; on a thread of its own, which it may block.</param>
    /// <param name="ct">Abandons the call before it reads.</param>
    /// <exception cref="CorruptRecordException">A record does not match its checksum.</exception>
    public static Task<T> ReadAsync<T>(string store, Func<StoreReading, T> read, CancellationToken ct) =>
        GuardAsync(store, writes: false, async () =>
        {
            using var snapshot = await OpenAsync(store, ct);
            return await Task.Run(() => read(new StoreReading(snapshot)), ct);
        });

    /// <summary>
    /// Writes everything into a new file, which has its name only when it is complete, and only if the store is sound.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="file">The file.</param>
    /// <param name="report">Told of each problem; after one there is no file.</param>
    /// <param name="ct">Abandons it.</param>
    /// <exception cref="IOException">The file exists, or can't be written.</exception>
    public static Task<StoreCounts> ExportAsync(
        string store, string file, Action<StoreProblem> report, CancellationToken ct) =>
        GuardAsync(store, writes: false, async () =>
        {
            using var snapshot = await OpenAsync(store, ct);
            return await Task.Run(() => Export(snapshot, file, report, ct), ct);
        });

    /// <summary>
    /// Fills an empty store from a file: all of it, or nothing. Before the commit it reads everything back, and
    /// compares it with the file.
    /// </summary>
    /// <param name="store">The store; a SQLite file is made when missing.</param>
    /// <param name="file">The file.</param>
    /// <param name="ct">Abandons it.</param>
    /// <exception cref="ExportFileException">The file is damaged, cut short, or none of ours.</exception>
    /// <exception cref="StoreNotEmptyException">There is something in the store.</exception>
    /// <exception cref="StoreInUseException">A silo has the SQLite file open.</exception>
    public static Task<StoreCounts> ImportAsync(string store, string file, CancellationToken ct) =>
        GuardAsync(store, writes: true, async () =>
        {
            using var input = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, FileBuffer);
            using var reader = new ExportReader(input, file);
            using IStoreLoader loader = PostgresAddress.IsOne(store)
                ? await PostgresLoader.BeginAsync(PostgresAddress.Parse(store), ct)
                : SqliteLoader.Begin(store);
            return await Task.Run(() => Load(reader, loader, ct), ct);
        });

    private static StoreCounts Export(
        IStoreSnapshot snapshot, string file, Action<StoreProblem> report, CancellationToken ct)
    {
        if (File.Exists(file))
        {
            throw new IOException($"The file {file} exists already.");
        }

        // Opened before the try: where another export is writing that file, it is not ours to delete.
        var partial = file + ".partial";
        var output = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, FileBuffer);
        try
        {
            Scanned scanned;
            using (output)
            {
                scanned = Export(snapshot, output, report, ct);
                output.Flush(flushToDisk: true);
            }

            if (scanned.Problems == 0)
            {
                File.Move(partial, file);
            }

            return scanned.Counts;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static Scanned Export(
        IStoreSnapshot snapshot, Stream output, Action<StoreProblem> report, CancellationToken ct)
    {
        using var writer = new ExportWriter(output);
        var problems = 0;
        var scan = new StoreScan(snapshot, Count, writer, ct);
        var counts = scan.Run(pages: false);
        return new Scanned(counts, problems, writer.Complete());

        void Count(StoreProblem problem)
        {
            problems++;
            report(problem);
        }
    }

    private static StoreCounts Load(ExportReader reader, IStoreLoader loader, CancellationToken ct)
    {
        var end = Fill(reader, loader, ct);
        var problems = new List<StoreProblem>();
        var loaded = Export(loader.Loaded, Stream.Null, problems.Add, ct);
        if (problems.Count > 0)
        {
            throw reader.Wrong($"the records do not make a sound store; the first problem: {problems[0]}");
        }

        if (loaded.End != end)
        {
            throw reader.Wrong("the records are not in the order in which an export has them");
        }

        loader.Commit();
        return loaded.Counts;
    }

    private static ExportEnd Fill(ExportReader reader, IStoreLoader loader, CancellationToken ct)
    {
        try
        {
            var end = reader.Read(loader, ct);
            loader.Complete();
            return end;
        }
        catch (Exception e) when (loader.IsRefusal(e))
        {
            throw reader.Wrong($"at or before this line is a record that no store can take: {e.Message}", e);
        }
    }

    private static async Task<IStoreSnapshot> OpenAsync(string store, CancellationToken ct)
    {
        if (PostgresAddress.IsOne(store))
        {
            return await PostgresSnapshot.OpenAsync(PostgresAddress.Parse(store), ct);
        }

        return File.Exists(store)
            ? new SqliteSnapshot(StoreFile.OpenSnapshot(store))
            : throw new FileNotFoundException($"There is no store {store}.", store);
    }

    private static async Task<T> GuardAsync<T>(string store, bool writes, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_NOTADB)
        {
            throw new StoreFormatException($"The file {store} is no SQLite database.");
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException(
                $"The store {store} failed: {e.Message}", e, nothingWritten: !writes, canContinue: true);
        }
        catch (Exception e) when (PostgresAddress.IsOne(store) && Failures.IsOfStore(e) && e is not IOException)
        {
            var place = PostgresAddress.Parse(store).Description;
            var what = writes ? "Filling" : "Reading";
            throw Failures.Unavailable($"{what} the {place} failed", e, nothingWritten: !writes);
        }
    }

    private sealed record Scanned(StoreCounts Counts, int Problems, ExportEnd End);
}
