using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Plans;
using Commission.Grains.Rates;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Reps;

/// <summary>What the payees of a silo need, and share. Safe for concurrent use.</summary>
/// <param name="Ledger">Has their accounts.</param>
/// <param name="States">Has the snapshots of long accounts.</param>
/// <param name="Catalog">Has their documents.</param>
/// <param name="Plans">Reads plans.</param>
/// <param name="Rules">Of crediting.</param>
/// <param name="TenantRates">Currency rates.</param>
/// <param name="Announcer">Tells of changes that credit deals anew.</param>
/// <param name="Calendar">Knows what day it is.</param>
/// <param name="Live">Knows what is in memory.</param>
/// <param name="Settings">Of grains.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">Told of what goes wrong, and is mended.</param>
public sealed record RepServices(
    ILedger Ledger,
    IGrainStateStore States,
    ICatalog Catalog,
    PlanLibrary Plans,
    TenantRulesCache Rules,
    TenantRatesCache TenantRates,
    RulesAnnouncer Announcer,
    BusinessCalendar Calendar,
    LiveAccounts Live,
    GrainSettings Settings,
    TimeProvider Time,
    ILogger<RepGrain> Logger);
