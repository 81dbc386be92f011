using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.GrainDirectory;
using Orleans.Metadata;
using Orleans.Runtime.GrainDirectory;

namespace Commission.Orleans.Tests.Cluster;

/// <summary>
/// A silo's own idea of where our grains are. With one for each silo, and grains placed where they are called from,
/// every silo has an activation of its own of every grain: what a directory may briefly allow, for good.
/// </summary>
internal sealed class OwnDirectory : IGrainDirectory, IGrainDirectoryResolver
{
    private const string Ours = "Commission.";
    private readonly ConcurrentDictionary<GrainId, GrainAddress> _addresses = new();

    /// <summary>Gives a silo its own.</summary>
    public static void Configure(ISiloBuilder silo)
    {
        silo.Services.AddSingleton<IGrainDirectoryResolver>(new OwnDirectory());
        silo.Services.AddSingleton<IGrainPropertiesProvider, PlacedLocally>();
    }

    public bool TryResolveGrainDirectory(
        GrainType grainType, GrainProperties? properties, [NotNullWhen(true)] out IGrainDirectory? grainDirectory)
    {
        var name = properties?.Properties.GetValueOrDefault(WellKnownGrainTypeProperties.FullTypeName) ?? "";
        grainDirectory = name.StartsWith(Ours, StringComparison.Ordinal) ? this : null;
        return grainDirectory is not null;
    }

    public Task<GrainAddress?> Register(GrainAddress address) =>
        Task.FromResult<GrainAddress?>(_addresses.GetOrAdd(address.GrainId, address));

    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress)
    {
        if (previousAddress is not null)
        {
            _addresses.TryUpdate(address.GrainId, address, previousAddress);
        }

        return Register(address);
    }

    public Task Unregister(GrainAddress address)
    {
        _addresses.TryRemove(KeyValuePair.Create(address.GrainId, address));
        return Task.CompletedTask;
    }

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult(_addresses.GetValueOrDefault(grainId));

    public Task UnregisterSilos(List<SiloAddress> siloAddresses)
    {
        foreach (var entry in _addresses.Where(entry => siloAddresses.Contains(entry.Value.SiloAddress!)))
        {
            _addresses.TryRemove(entry);
        }

        return Task.CompletedTask;
    }

    /// <summary>Every grain of ours where it is called from, whatever is said of it elsewhere.</summary>
    private sealed class PlacedLocally : IGrainPropertiesProvider
    {
        public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
        {
            if (grainClass.FullName!.StartsWith(Ours, StringComparison.Ordinal))
            {
                properties[WellKnownGrainTypeProperties.PlacementStrategy] = nameof(PreferLocalPlacement);
            }
        }
    }
}
