using System.Net;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Api;
using Commission.Gateway.Grpc.Health;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Grpc.Http.OpenApi;
using Commission.Gateway.Grpc.Reflection;
using Commission.Grains;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Plans;
using Commission.Grains.Rates;
using Commission.Grains.Reps;
using Commission.Grains.Shards;
using Commission.Silo.Configuration;
using Commission.Silo.Hosting.Authentication;
using Commission.Silo.Hosting.Telemetry;
using Commission.Storage;
using Commission.Verification;
using Microsoft.Extensions.Options;

namespace Commission.Silo.Hosting;

/// <summary>
/// Puts a silo together: configuration, store, grains, gateway. What differs between the builds is in Composition.
/// </summary>
public static class SiloHost
{
    // As long as it might log, the web host makes a span and a scope for each call, a microsecond of work. It logs
    // nothing that the gateway does not.
    private static readonly Dictionary<string, string?> Quiet = new(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "None",
    };

    /// <summary>A silo that is ready to be started.</summary>
    /// <param name="args">Configuration from the command line.</param>
    /// <param name="defaults">Settings that hold where neither environment nor command line says otherwise.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message names each key.</exception>
    /// <exception cref="StorageException">The store can't be opened.</exception>
    public static async Task<WebApplication> BuildAsync(
        string[] args, IReadOnlyDictionary<string, string?>? defaults = null)
    {
        // While the configuration is read and the store opened, on another processor.
        var described = Task.Run(static () => CommissionMethods.Services);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddInMemoryCollection(Quiet).AddInMemoryCollection(defaults)
            .AddEnvironmentVariables().AddCommandLine(args);
        var settings = ReadSettings(builder.Configuration);
        Listen(builder, settings);
        SiloTelemetry.Add(builder.Services, builder.Configuration);
        builder.Services.AddCors();
        SiloSecurity.Add(builder, settings);
        await SiloStore.AddAsync(builder.Services, settings, builder.Configuration.GetSection("Logging"));
        Composition.AddGrains(builder, settings);
        // Services stop in the reverse order: what asks grains stops before they do.
        builder.Services.AddHostedService<ReadinessMonitor>();
        if (settings.Cluster.DrainSeconds > 0)
        {
            builder.Services.AddSingleton<IHostLifetime, DrainingLifetime>();
        }

        await described;
        var app = builder.Build();
        SecurityHeaders.Use(app);
        SiloSecurity.Use(app, settings);
        Map(app, settings);
        app.MapHealth(app.Services.GetRequiredService<HealthState>());
        return app;
    }

    private static void Listen(WebApplicationBuilder builder, SiloSettings settings)
    {
        var listen = settings.Listen;
        var address = IPAddress.Parse(listen.Address);
        TlsCertificate? certificate = null;
        if (listen.Tls.CertificateFile.Length > 0)
        {
            certificate = new TlsCertificate(listen.Tls);
            builder.Services.AddSingleton(certificate);
            builder.Services.AddHostedService<TlsRefresher>();
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(LastToken.Use));
            kestrel.ListenForRpc(new(address, listen.GrpcPort), new(address, listen.JsonPort));
            if (certificate is not null)
            {
                var tls = listen.Tls.Address.Length > 0 ? IPAddress.Parse(listen.Tls.Address) : address;
                kestrel.ListenForRpcWithTls(new(tls, listen.Tls.Port), certificate.Use);
            }

            ConnectionLimits.Apply(kestrel, settings.Connections);
        });
    }

    /// <summary>Serves the methods to whom they are for, and what documents them.</summary>
    private static void Map(WebApplication app, SiloSettings settings)
    {
        if (SettingsCheck.OriginsOf(settings.Listen) is { Length: > 0 } origins)
        {
            app.UseCors(policy => policy.WithOrigins(origins).AllowRpc());
        }

        var table = app.Services.GetRequiredService<MethodTable>();
        var options = new RpcOptions { MaxRequestBytes = settings.Limits.RequestMegabytes * 1024L * 1024 };
        Composition.Map(app, table, options);
        app.MapOpenApi(table);
    }

    /// <summary>Reads and checks the settings of a silo.</summary>
    /// <exception cref="OptionsValidationException">Some are wrong; the message names each.</exception>
    /// <exception cref="InvalidOperationException">One is unknown.</exception>
    internal static SiloSettings ReadSettings(IConfiguration configuration)
    {
        var settings = new SiloSettings();
        configuration.GetSection(SiloSettings.Section).Bind(
            settings, options => options.ErrorOnUnknownConfiguration = true);
        var result = new SettingsCheck().Validate(null, settings);
        return result.Failed
            ? throw new OptionsValidationException(SiloSettings.Section, typeof(SiloSettings), result.Failures)
            : settings;
    }

    /// <summary>What grains and gateway need, whatever runs and serves them.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="settings">Checked already.</param>
    /// <param name="store">Closed by the container if it can be.</param>
    internal static void AddServices<TStore>(IServiceCollection services, SiloSettings settings, TStore store)
        where TStore : class, IDealLog, ILedger, ICatalog, IGrainStateStore
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        // Registered by a factory, so that the container closes it, after everything that uses it.
        services.AddSingleton(_ => store);
        services.AddSingleton<IDealLog>(provider => provider.GetRequiredService<TStore>());
        services.AddSingleton<ILedger>(provider => provider.GetRequiredService<TStore>());
        services.AddSingleton<ICatalog>(provider => provider.GetRequiredService<TStore>());
        services.AddSingleton<IGrainStateStore>(provider => provider.GetRequiredService<TStore>());
        services.AddSingleton(new GrainSettings
        {
            Shards = settings.Shards,
            HasOtherSilos = Composition.HasOtherSilos,
            BusinessDate = SettingsCheck.ParseDay(settings.BusinessDate),
            DealsInFlight = settings.Limits.DealsInFlight,
            BacklogLimit = settings.Limits.Backlog,
        });
        services.AddSingleton(new GatewaySettings
        {
            Tenant = settings.Tenant,
            Shards = settings.Shards,
            StreamWindow = settings.Limits.StreamWindow,
            CallLimit = settings.Limits.Calls,
            StreamLimit = settings.Limits.Streams,
            AnonymousBoards = settings.Leaderboards.Anonymous,
            Heartbeat = TimeSpan.FromSeconds(settings.Limits.HeartbeatSeconds),
        });
        services.AddSingleton<BusinessCalendar>();
        services.AddSingleton<TenantRulesCache>();
        services.AddSingleton<TenantRatesCache>();
        services.AddSingleton<LiveAccounts>();
        services.AddSingleton<HeldCredits>();
        services.AddSingleton<RulesAnnouncer>();
        services.AddSingleton<PlanLibrary>();
        services.AddSingleton<RepServices>();
        services.AddSingleton(provider => new LiveVerification(
            provider.GetRequiredService<IDealLog>(),
            provider.GetRequiredService<ILedger>(),
            provider.GetRequiredService<ICatalog>(),
            provider.GetRequiredService<IGrainStateStore>(),
            provider.GetRequiredService<IClusterClient>(),
            settings.Shards,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<HealthState>();
        services.AddSingleton(CreateMethods);
    }

    private static MethodTable CreateMethods(IServiceProvider provider)
    {
        var table = CommissionMethods.Create(
            provider.GetRequiredService<IClusterClient>(),
            provider.GetRequiredService<GatewaySettings>(),
            provider.GetRequiredService<TimeProvider>(),
            ExpectedFailures.RefusalOf,
            provider.GetRequiredService<LiveVerification>().RunAsync);
        HealthMethods.AddTo(table, provider.GetRequiredService<HealthState>());
        return SiloSecurity.Protect(ReflectionMethods.AddTo(table), provider);
    }
}
