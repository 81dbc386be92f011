using Commission.Embedded;

namespace Commission.Gateway.Tests;

/// <summary>A cluster whose grains nobody may reach.</summary>
internal sealed class NoCluster : IClusterClient
{
    public IServiceProvider ServiceProvider => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => throw new NotSupportedException();
}
