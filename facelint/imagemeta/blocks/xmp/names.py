"""Namespaces and properties of XMP: what each property tells."""

from __future__ import annotations

from facelint.imagemeta.model import Kind

_NAMESPACES = """
rdf http://www.w3.org/1999/02/22-rdf-syntax-ns
x adobe:ns:meta
xmp http://ns.adobe.com/xap/1.0
xmpMM http://ns.adobe.com/xap/1.0/mm
xmpRights http://ns.adobe.com/xap/1.0/rights
xmpGImg http://ns.adobe.com/xap/1.0/g/img
xmpDM http://ns.adobe.com/xmp/1.0/DynamicMedia
xmpNote http://ns.adobe.com/xmp/note
stEvt http://ns.adobe.com/xap/1.0/sType/ResourceEvent
stRef http://ns.adobe.com/xap/1.0/sType/ResourceRef
stArea http://ns.adobe.com/xmp/sType/Area
stDim http://ns.adobe.com/xap/1.0/sType/Dimensions
dc http://purl.org/dc/elements/1.1
dcterms http://purl.org/dc/terms
exif http://ns.adobe.com/exif/1.0
aux http://ns.adobe.com/exif/1.0/aux
exifEX http://cipa.jp/exif/1.0
exifEX http://cipa.jp/exif/2.32
tiff http://ns.adobe.com/tiff/1.0
photoshop http://ns.adobe.com/photoshop/1.0
crs http://ns.adobe.com/camera-raw-settings/1.0
lr http://ns.adobe.com/lightroom/1.0
pdf http://ns.adobe.com/pdf/1.3
pdfx http://ns.adobe.com/pdfx/1.3
DICOM http://ns.adobe.com/DICOM
Iptc4xmpCore http://iptc.org/std/Iptc4xmpCore/1.0/xmlns
Iptc4xmpExt http://iptc.org/std/Iptc4xmpExt/2008-02-29
Iptc4xmpExt http://iptc.org/std/Iptc4xmpExt/2008-02/29
Iptc4xmpExt http://iptc.org/std/Iptc4xmpExt/2008-02-19
plus http://ns.useplus.org/ldf/xmp/1.0
plus http://ns.useplus.org/ldf/1.0
xmpPLUS http://ns.adobe.com/xap/1.0/PLUS
mwg-rs http://www.metadataworkinggroup.com/schemas/regions
mwg-kw http://www.metadataworkinggroup.com/schemas/keywords
MP http://ns.microsoft.com/photo/1.2
MPRI http://ns.microsoft.com/photo/1.2/t/RegionInfo
MPReg http://ns.microsoft.com/photo/1.2/t/Region
MicrosoftPhoto http://ns.microsoft.com/photo/1.0
expressionmedia http://ns.microsoft.com/expressionmedia/1.0
mediapro http://ns.iview-multimedia.com/mediapro/1.0
digiKam http://www.digikam.org/ns/1.0
acdsee http://ns.acdsee.com/iptc/1.0
acdsee-rs http://ns.acdsee.com/regions
apple-fi http://ns.apple.com/faceinfo/1.0
drone-dji http://www.dji.com/drone-dji/1.0
Camera http://pix4d.com/camera/1.0
dwc http://rs.tdwg.org/dwc/terms
dwc http://rs.tdwg.org/dwc/index.htm
geo http://www.w3.org/2003/01/geo/wgs84_pos
GCamera http://ns.google.com/photos/1.0/camera
GImage http://ns.google.com/photos/1.0/image
GDepth http://ns.google.com/photos/1.0/depthmap
Container http://ns.google.com/photos/1.0/container
Item http://ns.google.com/photos/1.0/container/item
GettyImagesGIFT http://xmp.gettyimages.com/gift/1.0
prism http://prismstandard.org/namespaces/basic/2.0
prism http://prismstandard.org/namespaces/basic/3.0
pur http://prismstandard.org/namespaces/prismusagerights/2.1
cc http://creativecommons.org/ns
GIMP http://www.gimp.org/xmp
darktable http://darktable.sf.net
tdm http://www.w3.org/ns/tdmrep
tdm http://www.w3.org/2022/tdmrep
TC260 http://www.tc260.org.cn/ns/AIGC/1.0
"""


def _normal(uri: str) -> str:
    """A namespace as it is compared: writers differ in the end of it, in case and in the scheme."""
    return uri.strip().lower().rstrip("/#").replace("https://", "http://", 1)


_PREFIXES = {_normal(uri): prefix for prefix, uri in map(str.split, _NAMESPACES.strip().splitlines())}
_AS_WRITTEN = {
    f"{uri}{end}": prefix for prefix, uri in map(str.split, _NAMESPACES.strip().splitlines()) for end in "/#"
}
"""As most write them, which saves the comparing."""
_STANDARD = frozenset(_PREFIXES.values()) | {"xap", "xapMM", "xapRights", "iptcCore", "iptcExt", "GContainer"}
_OLDER = {"xap": "xmp", "xapMM": "xmpMM", "xapRights": "xmpRights", "iptcCore": "Iptc4xmpCore",
          "iptcExt": "Iptc4xmpExt", "GContainer": "Container"}  # fmt: skip


def standard_prefix(uri: str, prefix: str) -> str:
    """The prefix that a namespace usually has; empty where neither its URI nor its prefix is known.

    A known URI decides, whatever the prefix; a standard prefix with a URI that is not known (misspelt, or not declared
    at all) is taken for what it says.
    """
    known = _AS_WRITTEN.get(uri) or (_PREFIXES.get(_normal(uri)) if len(uri) < 200 else None)
    return known or (_OLDER.get(prefix, prefix) if prefix in _STANDARD else "")


_TOLD: dict[str, tuple[Kind, ...]] = {
    "photoshop:City photoshop:State photoshop:Country Iptc4xmpCore:Location Iptc4xmpCore:CountryCode Iptc4xmpExt:City "
    "Iptc4xmpExt:Sublocation Iptc4xmpExt:ProvinceState Iptc4xmpExt:CountryName Iptc4xmpExt:CountryCode "
    "Iptc4xmpExt:WorldRegion Iptc4xmpExt:LocationName Iptc4xmpExt:LocationCreated Iptc4xmpExt:LocationShown "
    "xmpDM:shotLocation mediapro:Location expressionmedia:Location prism:location "
    "dcterms:spatial dwc:country dwc:stateProvince dwc:municipality dwc:county dwc:locality": (Kind.LOCATION_TEXT,),
    "SerialNumber LensSerialNumber BodySerialNumber CameraSerialNumber DroneSerialNumber InternalSerialNumber "
    "CameraBodySerialNumber FlashSerialNumber SensorSerialNumber DeviceSerialNumber CameraSN DroneSN BodySN LensSN "
    "CameraSerial": (Kind.SERIAL_NUMBERS,),
    "dc:creator dc:Creator dcterms:creator dcterms:rightsHolder tiff:Artist exif:Artist aux:OwnerName exif:OwnerName "
    "exifEX:CameraOwnerName exif:CameraOwnerName exifEX:Photographer exifEX:ImageEditor xmp:Author xmpRights:Owner "
    "photoshop:CaptionWriter photoshop:Author plus:ImageCreator plus:ImageCreatorName plus:CopyrightOwner "
    "plus:CopyrightOwnerName plus:LicensorName Iptc4xmpExt:ImageCreator Iptc4xmpExt:ImageCreatorName "
    "Iptc4xmpExt:CopyrightOwner Iptc4xmpExt:CopyrightOwnerName Iptc4xmpExt:LicensorName Iptc4xmpExt:Creator "
    "Iptc4xmpExt:Contributor xmpDM:artist xmpDM:director xmpDM:directorPhotography xmpDM:cameraman pdf:Author "
    "acdsee:author digiKam:CaptionsAuthorNames GettyImagesGIFT:Photographer cc:attributionName dwc:recordedBy":
        (Kind.OWNER_NAMES,),
    "PersonInImage Iptc4xmpExt:PersonName PersonDisplayName PersonEmailDigest PersonLiveIdCID PersonLiveCID "
    "GettyImagesGIFT:Personality prism:person mediapro:People expressionmedia:People DICOM:PatientName "
    "DICOM:PatientsName": (Kind.PERSON_NAMES,),
    "CiAdrExtadr CiAdrCity CiAdrRegion CiAdrPcode CiAdrCtry CiTelWork CiEmailWork CiUrlWork "
    "Iptc4xmpCore:CreatorContactInfo LicensorEmail LicensorTelephone1 LicensorTelephone2 LicensorTelephone LicensorURL "
    "LicensorUrl LicensorStreetAddress LicensorExtendedAddress LicensorCity LicensorRegion LicensorPostalCode "
    "LicensorCountry": (Kind.CONTACT,),
    "dc:rights dc:Rights tiff:Copyright exif:Copyright photoshop:Copyright pdf:Copyright pdfx:Copyright xmp:Rights "
    "xmp:Copyright xmpDM:copyright xmpRights:Copyright xmpRights:Certificate xmpRights:WebStatement dcterms:rights "
    "plus:CopyrightNotice prism:copyright pur:copyright": (Kind.COPYRIGHT,),
    "xmpRights:UsageTerms": (Kind.COPYRIGHT, Kind.FREE_TEXT),
    "dc:description dc:title dc:subject dc:Description dc:Title dc:Subject dc:coverage dcterms:description "
    "dcterms:title photoshop:AuthorsPosition photoshop:Headline photoshop:Instructions photoshop:Credit "
    "photoshop:Source photoshop:Category "
    "photoshop:SupplementalCategories photoshop:TransmissionReference photoshop:LayerText photoshop:LayerName "
    "photoshop:History exif:UserComment exif:ImageDescription tiff:ImageDescription exifEX:ImageTitle xmp:Description "
    "xmp:Title xmp:Comment xmp:Nickname xmp:Keywords pdf:Keywords pdf:Subject pdf:Title lr:hierarchicalSubject "
    "lr:weightedFlatSubject digiKam:TagsList digiKam:CaptionsDateTimeStamps MicrosoftPhoto:LastKeywordXMP "
    "MicrosoftPhoto:LastKeywordIPTC mediapro:CatalogSets mediapro:Event expressionmedia:CatalogSets "
    "expressionmedia:Event mwg-kw:Keyword mwg-rs:Description acdsee:caption acdsee:keywords acdsee:notes "
    "acdsee:categories Iptc4xmpCore:AltTextAccessibility Iptc4xmpCore:ExtDescrAccessibility Iptc4xmpExt:Event "
    "Iptc4xmpExt:EventName Iptc4xmpExt:AddlModelInfo Iptc4xmpExt:PersonDescription Iptc4xmpExt:ModelAge "
    "Iptc4xmpExt:OrganisationInImageName Iptc4xmpExt:AOTitle Iptc4xmpExt:AOContentDescription plus:OtherConstraints "
    "xmpDM:comment xmpDM:logComment xmpDM:shotName xmpDM:scene xmpDM:album xmpDM:projectName "
    "GettyImagesGIFT:Caption prism:keyword dwc:occurrenceRemarks": (Kind.FREE_TEXT,),
    "exif:DateTimeOriginal exif:DateTimeDigitized exif:GPSTimeStamp exif:GPSDateStamp photoshop:DateCreated "
    "xmp:CreateDate dc:date dcterms:created xmpDM:shotDate MicrosoftPhoto:DateAcquired acdsee:datetime "
    "drone-dji:UTCAtExposure dwc:eventDate": (Kind.CAPTURED_AT,),
    "xmp:CreatorTool tiff:Software exif:Software pdf:Producer": (Kind.SOFTWARE, Kind.EDITING_SOFTWARE,
                                                                Kind.SYNTHETIC_MARKER),
    "tiff:HostComputer exif:HostComputer": (Kind.HOST_COMPUTER,),
    "exif:ImageUniqueID Iptc4xmpExt:DigImageGUID": (Kind.UNIQUE_ID,),
    "GCamera:BurstID": (Kind.CONTENT_IDENTIFIER,),
    "AIPromptInformation AISystemUsed AISystemVersionUsed": (Kind.AI_PROMPT, Kind.SYNTHETIC_MARKER),
    "AIPromptWriterName": (Kind.AI_PROMPT, Kind.OWNER_NAMES, Kind.SYNTHETIC_MARKER),
    "stEvt:softwareAgent crs:Version crs:HasSettings crs:ProcessVersion crs:AlreadyApplied photoshop:ColorMode "
    "photoshop:ICCProfile photoshop:DocumentAncestors photoshop:LegacyIPTCDigest GIMP:Version GIMP:API "
    "darktable:history_end darktable:xmp_version": (Kind.EDITING_SOFTWARE,),
    "AIGC": (Kind.SYNTHETIC_MARKER,),
    "DigitalSourceType digitalSourceType DigitalSourceFileType": (Kind.SOURCE_KIND, Kind.SYNTHETIC_MARKER),
    "ModelReleaseStatus": (Kind.MODEL_RELEASE,),
    "MinorModelAgeDisclosure": (Kind.MINOR_AGE_DISCLOSURE,),
    "GCamera:MotionPhoto GCamera:MicroVideo Item:Semantic": (Kind.MOTION_PHOTO,),
    "xmpGImg:image": (Kind.THUMBNAIL,),
    "GImage:Data GDepth:Data": (Kind.SECONDARY_IMAGES,),
    "DataMining DMI-PROHIBITED DMI-Prohibited DMI-ALLOWED DMI-Allowed DMI-PROHIBITED-AIMLTRAINING "
    "DMI-PROHIBITED-GENAIMLTRAINING DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING DMI-ProhibitedAiMlTraining "
    "DMI-ProhibitedGenAiMlTraining DMI-ProhibitedExceptSearchEngineIndexing DMI-ProhibitedSeeConstraints "
    "tdm:reservation tdm:reserve_tdm tdm:policy tdm-reservation tdm-policy noai noimageai NoAI NoImageAI":
        (Kind.OPT_OUT,),
    "GPSLatitude GPSLongitude GpsLatitude GpsLongitude GpsLongtitude GPSPosition drone-dji:Latitude "
    "drone-dji:Longitude geo:lat geo:long geo:lat_long dwc:decimalLatitude dwc:decimalLongitude exif:GPSLatitudeRef "
    "exif:GPSLongitudeRef": (Kind.GPS,),
    "Iptc4xmpExt:LocationId Iptc4xmpExt:LocationIdentifier": (Kind.GPS, Kind.LOCATION_TEXT),
    "mwg-rs:Type mwg-rs:Name acdsee-rs:Type acdsee-rs:Name": (Kind.FACE_REGIONS, Kind.FACE_REGIONS_NAMED,
                                                              Kind.PERSON_NAMES),
    "Iptc4xmpExt:Name": (Kind.OWNER_NAMES, Kind.FREE_TEXT),
    "xmp:Identifier": (Kind.FACE_REGIONS,),
    "MPReg:Rectangle apple-fi:FaceID apple-fi:ConfidenceLevel apple-fi:AngleInfoRoll": (Kind.FACE_REGIONS,),
}  # fmt: skip

TOLD: dict[str, frozenset[Kind]] = {}
"""What a property may tell, by its name with its standard prefix, or by its name alone in whatever namespace."""
for _names, _kinds in _TOLD.items():
    for _name in _names.split():
        TOLD[_name] = TOLD.get(_name, frozenset()) | frozenset(_kinds)
for _name in ("PersonInImage", "MPReg:PersonDisplayName", "MPReg:PersonEmailDigest", "MPReg:PersonLiveIdCID"):
    TOLD[_name] = frozenset((Kind.PERSON_NAMES, Kind.FACE_REGIONS_NAMED))
for _name in ("photoshop:Credit", "exif:UserComment", "tiff:ImageDescription", "dc:description"):
    TOLD[_name] |= {Kind.SYNTHETIC_MARKER, Kind.AI_PROMPT}
TOLD["digiKam:TagsList"] |= {Kind.PERSON_NAMES}
TOLD["photoshop:History"] |= {Kind.EDITING_SOFTWARE}
TOLD["stEvt:softwareAgent"] |= {Kind.SYNTHETIC_MARKER}

STRUCTURES = frozenset(
    "Iptc4xmpExt:LocationCreated Iptc4xmpExt:LocationShown Iptc4xmpExt:PersonInImageWDetails Iptc4xmpExt:ImageRegion "
    "Iptc4xmpCore:CreatorContactInfo Iptc4xmpExt:ArtworkOrObject plus:Licensor plus:ImageCreator plus:CopyrightOwner "
    "plus:ImageSupplier mwg-rs:Regions mwg-rs:RegionList mwg-rs:Extensions acdsee-rs:Regions acdsee-rs:RegionList "
    "MP:RegionInfo MPRI:Regions xmpMM:History xmpMM:DerivedFrom xmp:Thumbnails xmpMM:Ingredients Container:Directory "
    "Container:Item crs:Look crs:Parameters".split()
)
"""Properties with further ones within, as they are named in what is told of where a finding is."""
