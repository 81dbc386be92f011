using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Api;
using Commission.Gateway.Grpc.Security;
using Commission.Silo.Configuration;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace Commission.Silo.Hosting.Authentication;

/// <summary>Puts together who may call: tokens, the guard of the methods and the audit log.</summary>
internal static partial class SiloSecurity
{
    /// <summary>The category of the log of reads of others' pay.</summary>
    public const string AuditCategory = "Commission.Audit";

    /// <summary>Adds what checks tokens, if tokens are asked for.</summary>
    public static void Add(WebApplicationBuilder builder, SiloSettings settings)
    {
        var (services, auth) = (builder.Services, settings.Auth);
        if (auth.Mode == AuthSettings.None)
        {
            return;
        }

        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            if (auth.Mode == AuthSettings.Oidc)
            {
                UseProvider(options, auth);
            }

            options.MapInboundClaims = false;
            options.SaveToken = false;
            options.IncludeErrorDetails = false;
            options.TokenValidationParameters.RequireExpirationTime = true;
            options.TokenValidationParameters.RequireSignedTokens = true;
            options.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(30);
        });
        services.AddSingleton<RememberedTokens>();
        if (auth.Mode == AuthSettings.Demo)
        {
            AddDemo(services, settings);
        }
    }

    private static void UseProvider(JwtBearerOptions options, AuthSettings auth)
    {
        options.Authority = auth.Authority;
        options.Audience = auth.Audience;
        // The check of the settings lets plain http pass on the loopback address alone.
        options.RequireHttpsMetadata = auth.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        // A key that the provider has withdrawn is good for no longer than this.
        options.AutomaticRefreshInterval = TimeSpan.FromHours(1);
    }

    private static void AddDemo(IServiceCollection services, SiloSettings settings)
    {
        services.AddSingleton(provider => new DemoTokens(
            settings.Auth, settings.Tenant, provider.GetRequiredService<TimeProvider>()));
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<DemoTokens>((options, tokens) =>
            {
                options.TokenValidationParameters = tokens.Parameters;
                options.TokenValidationParameters.RequireExpirationTime = true;
                options.TokenValidationParameters.RequireSignedTokens = true;
            });
    }

    /// <summary>Has tokens checked before the methods are served.</summary>
    public static void Use(WebApplication app, SiloSettings settings)
    {
        var auth = settings.Auth;
        if (auth.IsOpen)
        {
            LogOpen(app.Logger, auth.Mode);
            OpenDoor.Guard(app, settings.Listen);
        }

        if (auth.Mode != AuthSettings.None)
        {
            var tokens = app.Services.GetRequiredService<RememberedTokens>();
            app.Use(next => http => tokens.InvokeAsync(http, next));
            // Otherwise the web host adds its own, which has the token checked with each call.
            ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        }

        if (auth.Mode == AuthSettings.Demo)
        {
            app.Services.GetRequiredService<DemoTokens>().Map(app);
        }
    }

    /// <summary>Guards the methods, if tokens are asked for.</summary>
    /// <param name="table">All its methods have been added.</param>
    /// <param name="provider">Has the settings, the grains, the clock and the logs.</param>
    /// <returns>The table.</returns>
    public static MethodTable Protect(MethodTable table, IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<SiloSettings>();
        if (settings.Auth.Mode == AuthSettings.None)
        {
            return table;
        }

        var log = provider.GetRequiredService<ILoggerFactory>().CreateLogger(AuditCategory);
        return CallGuard.Protect(
            table,
            new TokenAuthenticator(settings.Auth, settings.Tenant),
            new GrainOrganisation(
                provider.GetRequiredService<IClusterClient>(), provider.GetRequiredService<GatewaySettings>()),
            provider.GetRequiredService<TimeProvider>(),
            new CallRates(settings.Limits.CallsPerSecond),
            read => LogRead(log, read.Tenant, read.Subject, read.Method, read.Payee, read.Peer));
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Auth:Mode is {Mode}: whoever reaches this silo may call everything. It listens on loopback only")]
    private static partial void LogOpen(ILogger logger, string mode);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Subject} of {Tenant} reads the pay of {Payee} by {Method} from {Peer}")]
    private static partial void LogRead(
        ILogger logger, string tenant, string subject, string method, string payee, string peer);
}
