using Commission.Silo.Configuration;
using Commission.Storage;
using Commission.Storage.Postgres;

namespace Commission.Silo.Hosting;

/// <summary>The store that the configuration chooses.</summary>
internal static class SiloStore
{
    /// <summary>Opens it, checks that it is one of as many shards, and adds all that needs it.</summary>
    public static async Task AddAsync(IServiceCollection services, SiloSettings settings, IConfiguration logs)
    {
        // The host's own logs begin later; what is said of the store obeys the same settings. They last as long as the
        // process, because the store reports to them until it is closed.
        var logging = LoggerFactory.Create(logging => logging.AddConfiguration(logs).AddConsole());
        if (settings.Store.Kind == StoreSettings.Postgres)
        {
            var options = new PostgresStoreOptions { ConnectionString = settings.Store.ConnectionString };
            var logger = logging.CreateLogger<PostgresStore>();
            await AddAsync(services, settings, await PostgresStore.OpenAsync(options, logger, CancellationToken.None));
        }
        else
        {
            CreateFolder(settings.Store.Folder);
            var options = new SqliteStoreOptions { Path = Path.Combine(settings.Store.Folder, "commission.db") };
            var logger = logging.CreateLogger<SqliteStore>();
            await AddAsync(services, settings, await SqliteStore.OpenAsync(options, logger, CancellationToken.None));
        }
    }

    /// <summary>Where the store is, for people.</summary>
    public static string Describe(StoreSettings store) => store.Kind == StoreSettings.Postgres
        ? $"the schema 'commission' of the {PostgresAddress.Parse(store.ConnectionString).Description}"
        : Path.GetFullPath(store.Folder);

    private static async Task AddAsync<TStore>(IServiceCollection services, SiloSettings settings, TStore store)
        where TStore : class, IDealLog, ILedger, ICatalog, IGrainStateStore
    {
        await StoreShards.CheckAsync(store, settings.Shards);
        SiloHost.AddServices(services, settings, store);
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"Commission:Store:Folder is '{folder}': it can't be created. {refused.Message}", refused);
        }
    }
}
